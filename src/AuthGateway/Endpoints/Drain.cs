using AuthGateway.Configuration;
using AuthGateway.Observability;
using AuthGateway.Sessions;

namespace AuthGateway.Endpoints;

/// <summary>
/// The time between SIGTERM and the end (<c>SHUTDOWN_DELAY</c>): not ready, still serving, and asking HTTP/1 clients to open their next connection
/// elsewhere (RFC 9112 §9.6), so that a rollout of replicas loses no request. Then sockets and event streams are closed: they would hold up the end.
/// </summary>
internal sealed class Drain(ServerOptions server, SessionCache sessions, Supervisor supervisor) : SupervisedService(supervisor)
{
    private volatile bool _isOn;

    public override string Work => "drain before the end";

    public bool IsOn => _isOn;

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
        await Task.Delay(server.ShutdownDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(sessions.Walk().Where(session => session.Exchanges.Any).Select(session => session.Exchanges.LeaveAsync()));
    }
}
