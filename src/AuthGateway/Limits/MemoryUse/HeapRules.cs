namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Decides when to return memory to the system. When the heap has grown by 12 MiB since the last
/// time and little is being allocated, runs a compacting collection. Memory that was still in use
/// is tried again after 2, 4 and 8 checks.
/// </summary>
internal sealed class HeapRules(IHeap heap)
{
    private const long Worthwhile = 12L * 1024 * 1024;
    private const long Quiet = 16L * 1024 * 1024;
    private const int LongestWait = 8;
    private long _allocated;
    private long _kept;

    /// <summary>
    /// Checks until the next try, and their number at its start; 0 = no try is due.
    /// </summary>
    private int _checksLeft;
    private int _wait;

    /// <summary>Checks the heap; called at a fixed interval.</summary>
    /// <param name="released">Bytes of buffers that were left to the heap just now.</param>
    public void Look(long released = 0)
    {
        var allocated = heap.AllocatedBytes();
        var isQuiet = allocated - _allocated < Quiet;
        _allocated = allocated;
        var committed = heap.CommittedBytes();
        _kept = Math.Min(_kept, committed);
        var hasGrown = committed - _kept > Worthwhile || released > Worthwhile;
        if (isQuiet && (hasGrown || IsDue()))
        {
            heap.Collect();
            _kept = heap.CommittedBytes();
            _wait = hasGrown ? 2 : _wait * 2;
            _checksLeft = _wait <= LongestWait ? _wait : 0;
        }
    }

    private bool IsDue() => _checksLeft > 0 && --_checksLeft == 0;
}
