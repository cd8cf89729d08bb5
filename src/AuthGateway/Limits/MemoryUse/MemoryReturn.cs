using System.Numerics;
using AuthGateway.Observability;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Background work, every 15 s: returns memory to the system after a flood
/// (<see cref="HeapRules"/>), and 15 s, 30 s, 1 min, 2 min … after the start the pages of code that has
/// run: most of it ran once, or was compiled anew meanwhile. The runtime alone keeps both for long,
/// so a pod would stay near its limit.
/// </summary>
internal sealed class MemoryReturn(IHeap heap, BufferPools buffers, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly HeapRules _rules = new(heap);
    private int _turns;

    public override string Work => "return of memory after a flood";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        _rules.Look(buffers.ReturnSurplus());
        if (_turns++ is var turn && (turn == 0 || BitOperations.IsPow2(turn)))
        {
            heap.ReturnCode();
        }

        return Task.FromResult<TimeSpan?>(Interval);
    }
}
