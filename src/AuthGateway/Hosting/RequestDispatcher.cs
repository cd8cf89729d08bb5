using AuthGateway.Endpoints;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Endpoints.Health;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Proxy;

namespace AuthGateway.Hosting;

/// <summary>
/// Dispatches each request to the handler of its listener, to the gateway's own endpoints, or to
/// the proxy. It is the first code after Kestrel. Nothing else is reachable before the decision.
/// </summary>
internal sealed class RequestDispatcher(
    MainListener main,
    ExtAuthzEndpoint extAuthz,
    ProbeEndpoints probes,
    SiteEndpoint site,
    Drain drain,
    RequestLog log)
{
    /// <param name="exchange">The request and its response.</param>
    /// <param name="proxy">Takes requests that are neither for the gateway nor refused.</param>
    public Task HandleAsync(Exchange exchange, ProxyDelegate proxy) =>
        log.WritesAll ? HandleWithLineAsync(exchange, proxy) : DispatchAsync(exchange, proxy);

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
            ListenerKind.Main => main.HandleAsync(exchange, proxy),
            ListenerKind.ExtAuthz => extAuthz.HandleAsync(exchange),
            ListenerKind.Web => HandleWebAsync(exchange),
            _ when HttpMethods.IsConnect(exchange.Context.Request.Method) =>
                PlainText.WriteBadMethodAsync(exchange.Context),
            _ => probes.HandleAsync(exchange.Context, exchange.Connection.Listener),
        };
    }

    private Task HandleWebAsync(Exchange exchange) =>
        AccessRequest.TryRead(exchange.Features, EntryPoint.Inline, exchange.Connection, out var request)
            ? site.HandleAsync(exchange.Context, request, request.Target.Path[1..].ToString())
            : PlainText.WriteBadTargetAsync(exchange.Context);
}
