namespace AuthGateway.Observability;

/// <summary>
/// The base class of every hosted service of the gateway (enforced by a convention test).
/// </summary>
/// <remarks>
/// The work is done in turns under <see cref="Supervisor"/>. An exception of a turn is logged and
/// counted. The next turn follows after 1 s, doubled for each further failure up to 30 s. No
/// exception ends the work or the process. Pauses of 1 s and more may end up to 1 s early
/// (<see cref="Beat"/>).
/// </remarks>
internal abstract class SupervisedService(Supervisor supervisor) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The work's name for the log and the metric's label: a constant such as "sweep of the session
    /// store".
    /// </summary>
    public abstract string Work { get; }

    protected Supervisor Supervisor => supervisor;

    /// <summary>The clock of the work.</summary>
    protected TimeProvider Time => supervisor.Time;

    public sealed override async Task StartAsync(CancellationToken cancellationToken)
    {
        supervisor.Run(Work, Begin);
        await base.StartAsync(cancellationToken);
    }

    public sealed override async Task StopAsync(CancellationToken cancellationToken)
    {
        await supervisor.RunAsync(Work, () => base.StopAsync(cancellationToken));
        await supervisor.RunAsync(Work, () => FinishAsync(cancellationToken));
    }

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        supervisor.RunAsync(Work, () => DrainAsync(cancellationToken));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called once, before the ports open.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Does one turn of the work.</summary>
    /// <returns>
    /// The time until the next turn, rounded down to a whole second of the clock from 1 s on; null
    /// when there is none.
    /// </returns>
    protected virtual Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken) => Task.FromResult<TimeSpan?>(null);

    /// <summary>Called after SIGTERM, while requests are still answered.</summary>
    protected virtual Task DrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after the last turn.</summary>
    protected virtual Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan? pause = TimeSpan.Zero;
        var backOff = FirstBackOff;
        while (pause is { } rest && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                pause = await TurnAsync(stoppingToken);
                rest = pause ?? TimeSpan.Zero;
                backOff = FirstBackOff;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                supervisor.Failed(Work, e);
                rest = backOff;
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Beat.WaitAsync(rest, stoppingToken);
        }
    }
}
