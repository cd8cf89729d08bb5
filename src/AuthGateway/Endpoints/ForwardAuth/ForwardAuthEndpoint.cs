using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// <c>P/forward-auth</c> for Traefik and Caddy: 200 with identity headers, 302, 401 or 403.
/// </summary>
/// <remarks>
/// The original request is read from <c>X-Forwarded-{Method,Proto,Host,Uri}</c>. A missing or
/// repeated header, or a peer that is not trusted, is answered with 403 and a sentence that names
/// the cause.
/// </remarks>
internal sealed class ForwardAuthEndpoint(
    AccessPipeline pipeline,
    CheckHeaders headers,
    DecisionWriter writer,
    PublicOrigin scheme,
    PeerWarnings warnings)
{
    public Task HandleAsync(HttpContext context, AccessRequest check) =>
        check.EntryPoint == EntryPoint.ExtAuthz ? RefuseAtChecksAsync(context, check) : AnswerAsync(context, check);

    private async Task AnswerAsync(HttpContext context, AccessRequest check)
    {
        if (!scheme.IsTrusted(check))
        {
            warnings.WarnNotTrusted(check.Peer, "forward-auth", "it is refused with 403");
            await PlainText.WriteAsync(
                context,
                403,
                $"Forbidden: this check came from {check.Peer}, which is not in TRUSTED_PROXIES. If that is your proxy, add its address to TRUSTED_PROXIES of the gateway.\n");
            return;
        }

        if (!TryReadOriginal(check, out var original, out var flaw))
        {
            await PlainText.WriteAsync(
                context,
                403,
                $"Forbidden: {flaw} of this check is missing, repeated or not understood. The proxy must send X-Forwarded-Method, -Proto, -Host and -Uri, each once.\n");
            return;
        }

        var decision = await pipeline.DecideAsync(original!);
        if (decision is not AccessDecision.Allow allow)
        {
            await writer.WriteAsync(context, original!, decision);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        if (!headers.TrySet(context.Response.Headers, original!, allow))
        {
            headers.SetEmpty(context.Response.Headers);
        }
    }

    // Envoy's port has no such address: Envoy would apply the answer to the original request.
    private Task RefuseAtChecksAsync(HttpContext context, AccessRequest check)
    {
        warnings.WarnForwardAuthAtChecks(check.Peer);
        return PlainText.WriteAsync(
            context,
            404,
            "404 page not found: this port answers Envoy's ext_authz checks. Where Caddy or Traefik asks here, set EXT_AUTHZ_PORT of the gateway to a port of its own.\n");
    }

    /// <param name="check">The check.</param>
    /// <param name="original">The request that it asks about.</param>
    /// <param name="flaw">The first header that is missing, repeated or not understood.</param>
    private static bool TryReadOriginal(AccessRequest check, out AccessRequest? original, out string? flaw)
    {
        original = null;
        var method = check.Single("X-Forwarded-Method");
        var uri = check.Single("X-Forwarded-Uri");
        var target = default(RequestTarget);
        flaw = method is null || !CookieName.IsToken(method) ? "X-Forwarded-Method"
            : ForwardedValue.Scheme(check.Single("X-Forwarded-Proto")) is null ? "X-Forwarded-Proto"
            : ForwardedValue.First(check.Single("X-Forwarded-Host")) is null ? "X-Forwarded-Host"
            : uri is null || !RequestTarget.TryParse(uri, out target) ? "X-Forwarded-Uri"
            : null;
        if (flaw is not null)
        {
            return false;
        }

        original = check.ForOriginalTarget(EntryPoint.ForwardAuth, method!, target);
        return true;
    }
}
