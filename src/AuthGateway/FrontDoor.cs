using AuthGateway.Configuration;
using AuthGateway.Endpoints;
using AuthGateway.Model;
using AuthGateway.Observability;
using AuthGateway.Pipeline;
using AuthGateway.Proxy;

namespace AuthGateway;

/// <summary>The first thing after Kestrel: sends each request to the listener's own handler, our endpoints, or on to the proxy. Nothing else is reachable before the decision.</summary>
internal sealed class FrontDoor(OwnEndpoints own, ExtAuthzDoor extAuthz, ProbeEndpoints probes, SiteEndpoint site, RequestLog log, ServerOptions server, Drain drain)
{
    /// <param name="context">One exchange.</param>
    /// <param name="connection">The connection that it came in on.</param>
    /// <param name="proxy">Where requests go that are neither ours nor refused.</param>
    public Task HandleAsync(HttpContext context, ClientConnection connection, ProxyDelegate proxy) =>
        log.WritesAll ? HandleWithLineAsync(context, connection, proxy) : DispatchAsync(context, connection, proxy);

    private async Task HandleWithLineAsync(HttpContext context, ClientConnection connection, ProxyDelegate proxy)
    {
        try
        {
            await DispatchAsync(context, connection, proxy);
        }
        finally
        {
            log.Answered(context);
        }
    }

    private Task DispatchAsync(HttpContext context, ClientConnection connection, ProxyDelegate proxy)
    {
        drain.Mark(context);
        return connection.Listener switch
        {
            ListenerKind.Main => HandleMainAsync(context, connection, proxy),
            ListenerKind.ExtAuthz => extAuthz.HandleAsync(context, connection),
            ListenerKind.Web => HandleWebAsync(context, connection),
            _ => probes.HandleAsync(context, connection.Listener),
        };
    }

    private Task HandleMainAsync(HttpContext context, ClientConnection connection, ProxyDelegate proxy)
    {
        if (!AccessRequest.TryRead(context, Door.Inline, connection, out var request))
        {
            return PlainText.WriteBadTargetAsync(context);
        }

        if (own.Owns(request.Target))
        {
            return own.HandleAsync(context, request);
        }

        if (!server.IsInline)
        {
            return PlainText.WriteAsync(context, 404, "404 page not found\n");
        }

        return IsRefusedMethod(request) ? PlainText.WriteAsync(context, 405, "405 method not allowed\n") : proxy(context, request);
    }

    // TRACE would show the application's view of the request, identity included; CONNECT opens tunnels.
    private static bool IsRefusedMethod(AccessRequest request) => request.Method switch
    {
        "TRACE" => true,
        "CONNECT" => !request.IsExtendedConnect,
        _ => false,
    };

    private Task HandleWebAsync(HttpContext context, ClientConnection connection)
    {
        return AccessRequest.TryRead(context, Door.Inline, connection, out var request)
            ? site.HandleAsync(context, request, request.Target.Path[1..].ToString())
            : PlainText.WriteBadTargetAsync(context);
    }
}
