using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// The decision service for Envoy's HTTP ext_authz: one handler for any method and path, which
/// reads the raw target. 200 allows. Every other answer goes to the client, so no page of the
/// gateway is 200 or 5xx here.
/// </summary>
internal sealed class ExtAuthzEndpoint(
    UrlOptions urls, AccessPipeline pipeline, DecisionWriter writer, GatewayEndpoints own, AllowWriter allow)
{
    private readonly string _site = urls.Prefix + "site";

    public Task HandleAsync(Exchange exchange)
    {
        if (!AccessRequest.TryRead(exchange.Features, EntryPoint.ExtAuthz, exchange.Connection, out var request))
        {
            return PlainText.WriteBadTargetAsync(exchange.Context);
        }

        if (request.IsHttp10 && Framing.Fault(request) is { } fault)
        {
            return PlainText.WriteBadFramingAsync(exchange.Context, fault);
        }

        if (!allow.CanCarry(request.Cookies))
        {
            return PlainText.WriteAsync(exchange.Context, 400, "A cookie holds a control character.\n");
        }

        // A check asks about a request, never about a tunnel. Kestrel allows no body in a 2xx
        // response to CONNECT.
        if (request.Method is "CONNECT")
        {
            return PlainText.WriteBadMethodAsync(exchange.Context);
        }

        var target = request.Target;
        if (own.Owns(target))
        {
            // The mesh routes the pages below site/ to the web port; a mesh that was set up for
            // oauth2-proxy routes the whole prefix to this one.
            return !urls.Oauth2Addresses && target.IsAtOrBelow(_site) && target.Path.Length > _site.Length
                ? allow.WritePublicAsync(exchange.Context, request)
                : own.HandleAsync(exchange.Context, request);
        }

        return DecideAsync(exchange, request);
    }

    private async Task DecideAsync(Exchange exchange, AccessRequest request) =>
        await HandOver(exchange, request, await pipeline.DecideAsync(request));

    private Task HandOver(Exchange exchange, AccessRequest request, AccessDecision decision) =>
        decision is AccessDecision.Allow allowed
            ? allow.WriteAsync(exchange, request, allowed)
            : writer.WriteAsync(exchange.Context, request, decision);
}
