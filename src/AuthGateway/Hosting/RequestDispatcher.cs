using AuthGateway.Configuration;
using AuthGateway.Endpoints;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Endpoints.Health;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Proxy;

namespace AuthGateway.Hosting;

/// <summary>The first thing after Kestrel: sends each request to the listener's own handler, our endpoints, or on to the proxy. Nothing else is reachable before the decision.</summary>
internal sealed class RequestDispatcher(
    GatewayEndpoints own, ExtAuthzEndpoint extAuthz, ProbeEndpoints probes, SiteEndpoint site, RequestLog log, ServerOptions server, Drain drain, PeerWarnings warnings)
{
    private const string NothingForwarded = "404 page not found: this port forwards nothing, because UPSTREAM_URL and ROUTES_FILE are not set. "
        + "Envoy's ext_authz checks belong to EXT_AUTHZ_PORT.\n";

    /// <param name="exchange">One exchange.</param>
    /// <param name="proxy">Where requests go that are neither ours nor refused.</param>
    public Task HandleAsync(Exchange exchange, ProxyDelegate proxy) => log.WritesAll ? HandleWithLineAsync(exchange, proxy) : DispatchAsync(exchange, proxy);

    private async Task HandleWithLineAsync(Exchange exchange, ProxyDelegate proxy)
    {
        try
        {
            await DispatchAsync(exchange, proxy);
        }
        finally
        {
            log.Answered(exchange.Context);
        }
    }

    private Task DispatchAsync(Exchange exchange, ProxyDelegate proxy)
    {
        if (drain.IsOn)
        {
            Drain.Mark(exchange.Context);
        }

        return exchange.Connection.Listener switch
        {
            ListenerKind.Main => HandleMainAsync(exchange, proxy),
            ListenerKind.ExtAuthz => extAuthz.HandleAsync(exchange),
            ListenerKind.Web => HandleWebAsync(exchange),
            _ when HttpMethods.IsConnect(exchange.Context.Request.Method) => PlainText.WriteBadMethodAsync(exchange.Context),
            _ => probes.HandleAsync(exchange.Context, exchange.Connection.Listener),
        };
    }

    private Task HandleMainAsync(Exchange exchange, ProxyDelegate proxy)
    {
        var context = exchange.Context;
        if (!AccessRequest.TryRead(exchange.Features, EntryPoint.Inline, exchange.Connection, out var request))
        {
            return PlainText.WriteBadTargetAsync(context);
        }

        if (Framing.Fault(request) is { } fault)
        {
            return PlainText.WriteBadFramingAsync(context, fault);
        }

        if (own.Owns(request.Target))
        {
            // A tunnel leads to an application or nowhere.
            return request.Method is "CONNECT" ? PlainText.WriteBadMethodAsync(context) : own.HandleAsync(context, request);
        }

        if (!server.IsInline)
        {
            warnings.NothingForwarded(request.Peer, server.ExtAuthzPort);
            return PlainText.WriteAsync(context, 404, NothingForwarded);
        }

        return IsRefusedMethod(request) ? PlainText.WriteBadMethodAsync(context) : proxy(context, request);
    }

    // TRACE would show the application's view of the request, identity included; CONNECT opens tunnels.
    private static bool IsRefusedMethod(AccessRequest request) => request.Method switch
    {
        "TRACE" => true,
        "CONNECT" => !request.IsExtendedConnect,
        _ => false,
    };

    private Task HandleWebAsync(Exchange exchange) => AccessRequest.TryRead(exchange.Features, EntryPoint.Inline, exchange.Connection, out var request)
        ? site.HandleAsync(exchange.Context, request, request.Target.Path[1..].ToString())
        : PlainText.WriteBadTargetAsync(exchange.Context);
}
