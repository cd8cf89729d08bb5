using AuthGateway.Observability;

namespace AuthGateway.Tests.Background;

/// <summary>Throws in every part of its life; the second turn is a good one.</summary>
internal sealed class FailingService(Supervisor supervisor) : SupervisedService(supervisor)
{
    private int _turns;

    public int Turns => Volatile.Read(ref _turns);

    public override string Work => "test work";

    protected override void Begin() => throw new NotSupportedException("begin");

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        return Interlocked.Increment(ref _turns) == 1 ? throw new NotSupportedException("turn 1") : TimeSpan.FromMilliseconds(10);
    }

    protected override Task DrainAsync(CancellationToken cancellationToken) => throw new NotSupportedException("drain");

    protected override Task FinishAsync(CancellationToken cancellationToken) => throw new NotSupportedException("finish");
}
