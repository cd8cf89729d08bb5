namespace AuthGateway.Limits.MemoryUse;

/// <summary>The garbage-collected heap of this process.</summary>
internal sealed class Heap : IHeap
{
    private readonly CodePages _code = new();

    public long AllocatedBytes() => GC.GetTotalAllocatedBytes();

    public long CommittedBytes() => GC.GetGCMemoryInfo().TotalCommittedBytes;

    public void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeMemoryUse.Return();
        ReturnCode();
    }

    public void ReturnCode() => _code.Return();
}
