namespace AuthGateway.Limits.MemoryUse;

/// <summary>What is asked of the runtime's heap.</summary>
internal interface IHeap
{
    /// <summary>Since the start.</summary>
    long AllocatedBytes();

    /// <summary>What the system has given, as of the last collection.</summary>
    long CommittedBytes();

    /// <summary>Collects everything, compacts, and gives back what is free.</summary>
    void Collect();
}
