using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Decides which responses carry the ID token (<c>FORWARD_ID_TOKEN</c>,
/// <c>USERID_TOKEN_HEADER</c>). A script can request every URL of its own origin with the user's
/// cookie and read the response headers, so only these responses carry it:
/// <list type="bullet">
/// <item>A check on the ext_authz listener. Envoy reads it, and of an allowing response forwards
/// only the headers in its lists.</item>
/// <item><c>P/verify</c>: to <c>TRUSTED_PROXIES</c> only, on the main listener, without
/// <c>Sec-Fetch-Site</c> and <c>Sec-Fetch-Dest</c>. On https and on localhost a browser sends both,
/// and no script can omit them (Fetch Metadata §2). A proxy that makes its own check removes them.
/// Over plain http they are missing: the start logs a warning there, and the guide answers 404 to
/// outside requests for this URL.</item>
/// <item><c>P/forward-auth</c>: to <c>TRUSTED_PROXIES</c> only, without <c>Sec-Fetch-Site</c>.
/// <c>Sec-Fetch-Dest</c> is permitted, because it identifies frames.</item>
/// </list>
/// In-line, the token goes upstream with the request and never into a response.
/// </summary>
internal sealed partial class TokenReaders(IdentityOptions identity, PublicOrigin scheme, ILogger<TokenReaders> logger)
{
    private readonly bool _givesTokens = identity.ForwardIdToken || identity.UserIdTokenHeader is not null;
    private int _isLogged;

    /// <summary>
    /// Returns the decision with the token only where the sender of this check may read it.
    /// </summary>
    public AccessDecision.Allow For(AccessRequest check, AccessDecision.Allow allow)
    {
        if (!_givesTokens || allow.IdToken is null || MayRead(check))
        {
            return allow;
        }

        if (check.EntryPoint != EntryPoint.ExtAuthz
            && scheme.IsTrusted(check)
            && Interlocked.Exchange(ref _isLogged, 1) == 0)
        {
            LogWithheld(check.Peer, RequestPath(check));
        }

        // A new object: a copy would keep the bearer value that is already created.
        return new AccessDecision.Allow(allow.Identity, allow.Method);
    }

    private bool MayRead(AccessRequest check) =>
        check.EntryPoint != EntryPoint.ExtAuthz
        && scheme.IsTrusted(check)
        && !check.Headers.ContainsKey("Sec-Fetch-Site")
        && (check.EntryPoint == EntryPoint.ForwardAuth || !check.Headers.ContainsKey("Sec-Fetch-Dest"));

    private static string RequestPath(AccessRequest check) =>
        check.EntryPoint == EntryPoint.ForwardAuth ? "forward-auth" : "verify";

    [LoggerMessage(
        EventId = 130,
        Level = LogLevel.Warning,
        Message =
            "A check of {Peer} at {Endpoint} got no ID token: it carries Sec-Fetch-Site or Sec-Fetch-Dest, so a page's "
            + "script may be asking. Let the proxy remove them from its check (docs/deploy-forward-auth.md, \"With "
            + "the ID token\").")]
    private partial void LogWithheld(System.Net.IPAddress? peer, string endpoint);
}
