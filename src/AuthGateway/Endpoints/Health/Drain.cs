using AuthGateway.Configuration;
using AuthGateway.Limits.Connections;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// From SIGTERM to the end. For <c>SHUTDOWN_DELAY</c>: not ready, still serving, and asking clients to open their next connection elsewhere (RFC 9112 §9.6,
/// GOAWAY over HTTP/2), so that a rollout of replicas loses no request. Then requests under way have <c>SHUTDOWN_TIMEOUT</c> to finish, while the ports still
/// answer; so have refreshes, and none begins that could not be finished (docs/refresh.md). Sockets and event streams never finish: they are closed cleanly once nothing else is open, or at the end of that time.
/// </summary>
internal sealed class Drain(
    ServerOptions server, SessionCache sessions, ConnectionTable connections, TokenRefresher refresher, ProcessEnd end, TimeProvider time, Supervisor supervisor, ILogger<Drain> logger)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private volatile bool _isOn;

    public override string Work => "drain before the end";

    public bool IsOn => _isOn;

    /// <summary>Refreshes under way: while it drains, what it waits for beside requests.</summary>
    public int OpenRefreshes => refresher.Running;

    /// <summary>Before anything is answered, while draining.</summary>
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
        await PauseAsync(server.ShutdownDelay, cancellationToken);
        // Later connections come from clients that have not heard yet: the server's own end waits for them.
        var old = connections.Served.ToList();
        old.ForEach(connection => connection.Close());
        var startedAt = time.GetTimestamp();
        while ((Open(old) > 0 || refresher.Running > 0) && !cancellationToken.IsCancellationRequested)
        {
            if (time.GetElapsedTime(startedAt) >= server.ShutdownTimeout)
            {
                TellOf(Open(old));
                break;
            }

            await PauseAsync(Look, cancellationToken);
        }

        await Task.WhenAll(Exchanges().Select(exchanges => exchanges.LeaveAsync()));
    }

    private void TellOf(int open)
    {
        if (open > 0)
        {
            logger.LogWarning("{Count} request(s) have not ended within SHUTDOWN_TIMEOUT ({Seconds} s) and are broken off.", open, server.ShutdownTimeout.TotalSeconds);
        }
    }

    // Requests that end by themselves.
    private int Open(List<OpenConnection> old) => old.Sum(connection => connection.Client.Requests) - Exchanges().Sum(exchanges => exchanges.Endless);

    private IEnumerable<SessionConnections> Exchanges() => sessions.Walk().Select(session => session.Exchanges).Append(sessions.WithoutSession).Where(exchanges => exchanges.Any);

    private static Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Delay(time, cancellationToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
