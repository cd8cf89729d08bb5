using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Endpoints;

/// <summary>
/// The time between SIGTERM and the end (<c>SHUTDOWN_DELAY</c>): not ready, still serving, and asking HTTP/1 clients to open their next connection
/// elsewhere (RFC 9112 §9.6), so that a rollout of replicas loses no request. Then sockets and event streams are closed: they would hold up the end.
/// </summary>
internal sealed class Drain(ServerOptions server, SessionCache sessions) : IHostedLifecycleService
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    /// <summary>Before anything is answered, while draining.</summary>
    public static void Mark(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Request.Headers.Upgrade.Count == 0)
        {
            context.Response.Headers.Connection = "close";
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isOn = true;
        await Task.Delay(server.ShutdownDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(sessions.Walk().Where(session => session.Exchanges.Any).Select(session => session.Exchanges.LeaveAsync()));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
