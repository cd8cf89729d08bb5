using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Login;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Enforces one public address for each instance. A navigation without a session on another host,
/// or by http where the public address is https, is first redirected to the same path there.
/// </summary>
/// <remarks>
/// A cookie of a few seconds marks the redirected browser. When it comes back unchanged, a proxy
/// rewrites Host or reports http for https. After ten redirects in five seconds, a client without
/// cookies is sent to a login URL that itself records the redirect. The same applies to a browser
/// whose own headers alone show that it used plain http.
/// </remarks>
internal sealed class PublicHostRule(
    UrlOptions urls, PublicOrigin scheme, GatewayCookies cookies, ReturnUrl returnUrl, TimeProvider time)
{
    private static readonly TimeSpan MarkLife = TimeSpan.FromSeconds(5);
    private const int MostWithoutMark = 10;
    private readonly RecentMoves _moves = new(time, MarkLife);

    public PublicHostResult Check(AccessRequest request)
    {
        if (urls.PublicOrigin is not { } origin)
        {
            return PublicHostResult.Right.Instance;
        }

        var wasMoved = returnUrl.WasMoved(request.Target);
        var isForeign = !SameHost(origin, scheme.RequestedHost(request));
        if (isForeign || (urls.PublicIsHttps == true && scheme.RequestedScheme(request) == "http"))
        {
            return wasMoved || IsMarked(request)
                ? new PublicHostResult.Loop(isForeign ? LoginFailure.WrongHost : LoginFailure.WrongScheme)
                : _moves.Count(request) > MostWithoutMark
                ? new PublicHostResult.SendTo(origin + returnUrl.Moved(request.Target), null)
                : new PublicHostResult.SendTo(
                    origin + request.Target.Raw, cookies.SetMark(GatewayCookies.MovedName, "1", MarkLife));
        }

        return !wasMoved && LooksPlain(request)
            ? new PublicHostResult.SendTo(origin + returnUrl.Moved(request.Target), null)
            : PublicHostResult.Right.Instance;
    }

    // The scheme is unknown, but browsers send Sec-Fetch-* only to https and to localhost (Fetch
    // Metadata §2). A browser that sends Upgrade-Insecure-Requests without them used http, or is
    // older than those headers: the redirect must work for the old ones too.
    private bool LooksPlain(AccessRequest request) =>
        request is { EntryPoint: EntryPoint.Inline, Method: "GET" }
        && urls.PublicIsHttps == true
        && scheme.RequestedScheme(request) is null
        && request.Single("Upgrade-Insecure-Requests") == "1"
        && !request.Headers.ContainsKey("Sec-Fetch-Mode")
        && !request.Headers.ContainsKey("Sec-Fetch-Dest")
        && !request.Headers.ContainsKey("Sec-Fetch-Site");

    private static bool IsMarked(AccessRequest request)
    {
        var found = new List<string>(1);
        CookieHeader.Visit(
            request.Cookies,
            name => name.SequenceEqual(GatewayCookies.MovedName),
            found,
            static (list, _, value) => list.Add(value));
        return found.Count > 0;
    }

    private static bool SameHost(string origin, string host)
    {
        var https = origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        return string.Equals(
            WithoutDefaultPort(origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..], https),
            WithoutDefaultPort(host, https),
            StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutDefaultPort(string host, bool https)
    {
        var suffix = https ? ":443" : ":80";
        return host.EndsWith(suffix, StringComparison.Ordinal) ? host[..^suffix.Length] : host;
    }
}
