using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Endpoints;

/// <summary>
/// Answers 404 on the main port of a gateway that forwards nothing: neither <c>UPSTREAM_URL</c> nor
/// <c>ROUTES_FILE</c> is set.
/// </summary>
internal sealed class NothingForwardedEndpoint(ServerOptions server, PeerWarnings warnings)
{
    private const string Text =
        "404 page not found: this port forwards nothing, because UPSTREAM_URL and ROUTES_FILE are not set. "
        + "Envoy's ext_authz checks belong to EXT_AUTHZ_PORT.\n";

    /// <summary>True when the gateway forwards nothing.</summary>
    public bool IsServed => !server.IsInline;

    public Task WriteAsync(HttpContext context, AccessRequest request)
    {
        warnings.WarnNothingForwarded(request.Peer, server.ExtAuthzPort);
        return PlainText.WriteAsync(context, 404, Text);
    }
}
