using AuthGateway.Observability;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>Every 15 s: gives memory back after a flood, by <see cref="HeapRules"/>. The runtime alone keeps it for long, and a pod then stays near its limit.</summary>
internal sealed class MemoryReturn(IHeap heap, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly HeapRules _rules = new(heap);

    public override string Work => "return of memory after a flood";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        _rules.Look();
        return Task.FromResult<TimeSpan?>(Interval);
    }
}
