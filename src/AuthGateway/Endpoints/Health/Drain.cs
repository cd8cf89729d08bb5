using AuthGateway.Limits.Connections;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// Drains the gateway between SIGTERM and the end of the process, so that a rollout of replicas
/// loses no request.
/// </summary>
/// <remarks>
/// For <c>SHUTDOWN_DELAY</c> the gateway is not ready, still serves, and asks clients to open their
/// next connection elsewhere (RFC 9112 §9.6; GOAWAY over HTTP/2). Then requests in progress have
/// <c>SHUTDOWN_TIMEOUT</c> to finish, while the ports still answer. Refreshes have the same time,
/// and none begins that could not be finished (docs/refresh.md). WebSockets and event streams never
/// finish: they are closed cleanly once nothing else is open, or at the end of that time.
/// </remarks>
internal sealed class Drain(
    OpenRequests requests,
    TokenRefresher refresher,
    ShutdownDeadline end,
    Supervisor supervisor,
    ILogger<Drain> logger)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);
    private volatile bool _isOn;

    public override string Work => "drain before the end";

    public bool IsOn => _isOn;

    /// <summary>
    /// The number of refreshes in progress. The drain waits for them as for requests.
    /// </summary>
    public int OpenRefreshes => refresher.Running;

    /// <summary>
    /// Announces to an HTTP/1.1 client that the connection closes. Called before the answer.
    /// </summary>
    public static void Mark(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Request.Headers.Upgrade.Count == 0)
        {
            context.Response.Headers.Connection = "close";
        }
    }

    protected override async Task DrainAsync(CancellationToken cancellationToken)
    {
        _isOn = true;
        end.Begin();
        await PauseAsync(end.Delay, cancellationToken);
        // Later connections come from clients that do not know yet. The server's own stop waits for
        // them.
        var old = requests.Connections();
        old.ForEach(connection => connection.Close());
        var startedAt = Time.GetTimestamp();
        while ((requests.Count(old) > 0 || refresher.Running > 0) && !cancellationToken.IsCancellationRequested)
        {
            if (Time.GetElapsedTime(startedAt) >= end.Timeout)
            {
                LogUnfinished(requests.Count(old));
                break;
            }

            await PauseAsync(CheckInterval, cancellationToken);
        }

        await requests.CloseEndlessAsync();
    }

    private void LogUnfinished(int open)
    {
        if (open > 0)
        {
            logger.LogWarning(
                "{Count} request(s) have not ended within SHUTDOWN_TIMEOUT ({Seconds} s) and are broken off.",
                open,
                end.Timeout.TotalSeconds);
        }
    }

    private static Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Delay(time, cancellationToken).ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
