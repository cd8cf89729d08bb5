using AuthGateway.Observability;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Background work, every 15 s: returns memory to the system after a flood
/// (<see cref="HeapRules"/>). The runtime alone keeps it for long, so a pod would stay near its
/// limit.
/// </summary>
internal sealed class MemoryReturn(IHeap heap, BufferPools buffers, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly HeapRules _rules = new(heap);

    public override string Work => "return of memory after a flood";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        _rules.Look(buffers.ReturnSurplus());
        return Task.FromResult<TimeSpan?>(Interval);
    }
}
