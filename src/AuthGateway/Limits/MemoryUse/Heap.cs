namespace AuthGateway.Limits.MemoryUse;

/// <summary>The garbage-collected heap of this process.</summary>
internal sealed class Heap(TimeProvider clock) : IHeap
{
    private readonly CodePages _code = new(clock);

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
