using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Gives memory back after a flood: when the heap has grown by 12 MiB since the last time and little is allocated now, a compacting collection returns the rest to the
/// system. The runtime alone keeps it for long, and a pod then stays near its limit. What was still held then is tried again after 30, 60 and 120 s.
/// </summary>
internal sealed class MemoryReturn(Supervisor supervisor) : SupervisedService(supervisor)
{
    private const long Worthwhile = 12L * 1024 * 1024;
    private const long Quiet = 16L * 1024 * 1024;
    private const int LongestWait = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private long _allocated;
    private long _kept;

    /// <summary>Turns until the next try, and the wait before it; 0 = none is due.</summary>
    private int _turnsLeft;
    private int _wait;

    public override string Work => "return of memory after a flood";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var isQuiet = allocated - _allocated < Quiet;
        _allocated = allocated;
        var committed = GC.GetGCMemoryInfo().TotalCommittedBytes;
        _kept = Math.Min(_kept, committed);
        var hasGrown = committed - _kept > Worthwhile;
        if (isQuiet && (hasGrown || IsDue()))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _kept = GC.GetGCMemoryInfo().TotalCommittedBytes;
            _wait = hasGrown ? 2 : _wait * 2;
            _turnsLeft = _wait <= LongestWait ? _wait : 0;
        }

        return Task.FromResult<TimeSpan?>(Interval);
    }

    private bool IsDue() => _turnsLeft > 0 && --_turnsLeft == 0;
}
