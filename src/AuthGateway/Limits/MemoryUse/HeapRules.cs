namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// When the heap has grown by 12 MiB since the last time and little is allocated now, a compacting collection returns the rest to the system. What was still
/// held then is tried again after 2, 4 and 8 looks.
/// </summary>
internal sealed class HeapRules(IHeap heap)
{
    private const long Worthwhile = 12L * 1024 * 1024;
    private const long Quiet = 16L * 1024 * 1024;
    private const int LongestWait = 8;
    private long _allocated;
    private long _kept;

    /// <summary>Looks until the next try, and the wait before it; 0 = none is due.</summary>
    private int _looksLeft;
    private int _wait;

    public void Look()
    {
        var allocated = heap.AllocatedBytes();
        var isQuiet = allocated - _allocated < Quiet;
        _allocated = allocated;
        var committed = heap.CommittedBytes();
        _kept = Math.Min(_kept, committed);
        var hasGrown = committed - _kept > Worthwhile;
        if (isQuiet && (hasGrown || IsDue()))
        {
            heap.Collect();
            _kept = heap.CommittedBytes();
            _wait = hasGrown ? 2 : _wait * 2;
            _looksLeft = _wait <= LongestWait ? _wait : 0;
        }
    }

    private bool IsDue() => _looksLeft > 0 && --_looksLeft == 0;
}
