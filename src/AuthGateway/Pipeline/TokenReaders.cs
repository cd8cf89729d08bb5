using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Who may read the ID token in an answer (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>). A page's script can ask every address of its own origin, with
/// the user's cookie, and read the answer's headers. The answers that carry a token:
/// <list type="bullet">
/// <item>A check on the ext_authz listener: Envoy reads it, and hands on nothing of an allowing answer but what its lists name.</item>
/// <item><c>P/verify</c>: <c>TRUSTED_PROXIES</c> alone, on the main listener, without <c>Sec-Fetch-Site</c> and <c>Sec-Fetch-Dest</c>. On https and on
/// the machine itself a browser sends both and lets no script leave them out (Fetch Metadata §2); a proxy that asks for itself takes them away. Over plain
/// http they are missing, so the start warns there, and the guide answers 404 to this address from outside.</item>
/// <item><c>P/forward-auth</c>: <c>TRUSTED_PROXIES</c> alone, without <c>Sec-Fetch-Site</c>. <c>Sec-Fetch-Dest</c> stays: it tells frames.</item>
/// </list>
/// Every other answer has none: the token goes upstream with the request (in-line), or nowhere.
/// </summary>
internal sealed partial class TokenReaders(IdentityOptions identity, PublicOrigin scheme, ILogger<TokenReaders> logger)
{
    private readonly bool _givesTokens = identity.ForwardIdToken || identity.UserIdTokenHeader is not null;
    private int _isSaid;

    /// <summary>The decision as this check's sender may read it.</summary>
    public AccessDecision.Allow For(AccessRequest check, AccessDecision.Allow allow)
    {
        if (!_givesTokens || allow.IdToken is null || MayRead(check))
        {
            return allow;
        }

        if (check.EntryPoint != EntryPoint.ExtAuthz && scheme.IsTrusted(check) && Interlocked.Exchange(ref _isSaid, 1) == 0)
        {
            LogWithheld(check.Peer, RequestPath(check));
        }

        // A new one: a copy would keep the bearer that is already made.
        return new AccessDecision.Allow(allow.Identity, allow.Method);
    }

    private bool MayRead(AccessRequest check) => check.EntryPoint != EntryPoint.ExtAuthz && scheme.IsTrusted(check) && !check.Headers.ContainsKey("Sec-Fetch-Site")
        && (check.EntryPoint == EntryPoint.ForwardAuth || !check.Headers.ContainsKey("Sec-Fetch-Dest"));

    private static string RequestPath(AccessRequest check) => check.EntryPoint == EntryPoint.ForwardAuth ? "forward-auth" : "verify";

    [LoggerMessage(
        EventId = 130,
        Level = LogLevel.Warning,
        Message = "A check of {Peer} at {Endpoint} got no ID token: it carries Sec-Fetch-Site or Sec-Fetch-Dest, so a page's script may be asking. Let the proxy remove them from its check (docs/deploy-forward-auth.md, \"With the ID token\").")]
    private partial void LogWithheld(System.Net.IPAddress? peer, string endpoint);
}
