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
    /// <param name="proxy">Where requests go that are neither ours nor refused.</param>
    public Task HandleAsync(HttpContext context, ProxyDelegate proxy) => log.WritesAll ? HandleWithLineAsync(context, proxy) : DispatchAsync(context, proxy);

    private async Task HandleWithLineAsync(HttpContext context, ProxyDelegate proxy)
    {
        try
        {
            await DispatchAsync(context, proxy);
        }
        finally
        {
            log.Answered(context);
        }
    }

    private Task DispatchAsync(HttpContext context, ProxyDelegate proxy)
    {
        drain.Mark(context);
        var listener = Listener.Of(context);
        return listener.Kind switch
        {
            ListenerKind.Main => HandleMainAsync(context, listener, proxy),
            ListenerKind.ExtAuthz => extAuthz.HandleAsync(context, listener),
            ListenerKind.Web => HandleWebAsync(context, listener),
            _ => probes.HandleAsync(context, listener.Kind),
        };
    }

    private Task HandleMainAsync(HttpContext context, Listener listener, ProxyDelegate proxy)
    {
        if (!AccessRequest.TryRead(context, Door.Inline, listener.Peer, out var request))
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

    private Task HandleWebAsync(HttpContext context, Listener listener)
    {
        return AccessRequest.TryRead(context, Door.Inline, listener.Peer, out var request)
            ? site.HandleAsync(context, request, request.Target.Path[1..].ToString())
            : PlainText.WriteBadTargetAsync(context);
    }
}
