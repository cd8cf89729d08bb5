namespace AuthGateway.Limits.MemoryUse;

/// <summary>Memory of this process, replaceable in tests.</summary>
internal interface IHeap
{
    /// <summary>Bytes allocated since the start.</summary>
    long AllocatedBytes();

    /// <summary>Bytes committed by the system, as of the last collection.</summary>
    long CommittedBytes();

    /// <summary>
    /// Collects all generations, compacts, and returns free memory to the system.
    /// </summary>
    void Collect();

    /// <summary>Gives up the pages of program code that can be read again.</summary>
    void ReturnCode();
}
