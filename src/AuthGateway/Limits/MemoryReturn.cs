using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Gives memory back after a flood: when the heap has grown by 12 MiB since the last time and little is allocated now, one compacting collection returns the rest to the
/// system. The runtime alone keeps it for long, and a pod then stays near its limit.
/// </summary>
internal sealed class MemoryReturn(Supervisor supervisor) : SupervisedService(supervisor)
{
    private const long Worthwhile = 12L * 1024 * 1024;
    private const long Quiet = 16L * 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private long _allocated;
    private long _kept;

    public override string Work => "return of memory after a flood";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var isQuiet = allocated - _allocated < Quiet;
        _allocated = allocated;
        var committed = GC.GetGCMemoryInfo().TotalCommittedBytes;
        if (isQuiet && committed - _kept > Worthwhile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _kept = GC.GetGCMemoryInfo().TotalCommittedBytes;
        }
        else if (committed < _kept)
        {
            _kept = committed;
        }

        return Task.FromResult<TimeSpan?>(Interval);
    }
}
