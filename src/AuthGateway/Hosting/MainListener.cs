using AuthGateway.Endpoints;
using AuthGateway.Http;
using AuthGateway.Proxy;

namespace AuthGateway.Hosting;

/// <summary>
/// Reads a request of the main listener and passes it to the gateway's own endpoints or to the
/// proxy.
/// </summary>
internal sealed class MainListener(GatewayEndpoints own, NothingForwardedEndpoint nothingForwarded)
{
    /// <param name="exchange">The request and its response.</param>
    /// <param name="proxy">Takes requests that are neither for the gateway nor refused.</param>
    public Task HandleAsync(Exchange exchange, ProxyDelegate proxy)
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
            // The gateway's own endpoints accept no tunnel.
            return request.Method is "CONNECT"
                ? PlainText.WriteBadMethodAsync(context)
                : own.HandleAsync(context, request);
        }

        if (nothingForwarded.IsServed)
        {
            return nothingForwarded.WriteAsync(context, request);
        }

        return IsRefusedMethod(request) ? PlainText.WriteBadMethodAsync(context) : proxy(context, request);
    }

    // TRACE would return the request as the application receives it, identity headers included.
    // CONNECT opens tunnels.
    private static bool IsRefusedMethod(AccessRequest request) => request.Method switch
    {
        "TRACE" => true,
        "CONNECT" => !request.IsExtendedConnect,
        _ => false,
    };
}
