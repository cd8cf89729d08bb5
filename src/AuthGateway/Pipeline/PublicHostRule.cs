using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// One public address per instance: a visit without a session on another host, or by http where the public address is https, is first sent to the same path
/// there. A cookie of a few seconds marks the browser that was sent: when it comes again in the same way, a proxy rewrites Host or says http for https.
/// A client that keeps no cookies is sent to a login that says in its address that it was sent, after ten times in five seconds; so is a browser whose
/// own headers alone tell that it came by plain http.
/// </summary>
internal sealed class PublicHostRule(UrlOptions urls, PublicOrigin scheme, GatewayCookies cookies, ReturnUrl returnUrl, TimeProvider time)
{
    private static readonly TimeSpan MarkLife = TimeSpan.FromSeconds(5);
    private const int MostWithoutMark = 10;
    private readonly RecentMoves _moves = new(time, MarkLife);

    public PublicHostResult Judge(AccessRequest request)
    {
        if (urls.PublicOrigin is not { } origin)
        {
            return PublicHostResult.Right.Instance;
        }

        var wasMoved = returnUrl.WasMoved(request.Target);
        var isForeign = !SameHost(origin, scheme.RequestedHost(request));
        if (isForeign || (urls.PublicIsHttps == true && scheme.RequestedScheme(request) == "http"))
        {
            return wasMoved || IsMarked(request) ? new PublicHostResult.Loop(isForeign ? LoginFailure.WrongHost : LoginFailure.WrongScheme)
                : _moves.Count(request) > MostWithoutMark ? new PublicHostResult.SendTo(origin + returnUrl.Moved(request.Target), null)
                : new PublicHostResult.SendTo(origin + request.Target.Raw, cookies.SetMark(GatewayCookies.MovedName, "1", MarkLife));
        }

        return !wasMoved && LooksPlain(request) ? new PublicHostResult.SendTo(origin + returnUrl.Moved(request.Target), null) : PublicHostResult.Right.Instance;
    }

    // Nobody says the scheme, but browsers send Sec-Fetch-* to https and to the machine itself alone (Fetch Metadata §2). Those that know
    // Upgrade-Insecure-Requests and send none came by http, or are older than those headers: what follows must work for them too.
    private bool LooksPlain(AccessRequest request) => request is { EntryPoint: EntryPoint.Inline, Method: "GET" } && urls.PublicIsHttps == true && scheme.RequestedScheme(request) is null
        && request.Single("Upgrade-Insecure-Requests") == "1"
        && !request.Headers.ContainsKey("Sec-Fetch-Mode") && !request.Headers.ContainsKey("Sec-Fetch-Dest") && !request.Headers.ContainsKey("Sec-Fetch-Site");

    private static bool IsMarked(AccessRequest request)
    {
        var found = new List<string>(1);
        CookieHeader.Visit(request.Cookies, name => name.SequenceEqual(GatewayCookies.MovedName), found, static (list, _, value) => list.Add(value));
        return found.Count > 0;
    }

    private static bool SameHost(string origin, string host)
    {
        var https = origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        return string.Equals(WithoutDefaultPort(origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..], https), WithoutDefaultPort(host, https), StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutDefaultPort(string host, bool https)
    {
        var suffix = https ? ":443" : ":80";
        return host.EndsWith(suffix, StringComparison.Ordinal) ? host[..^suffix.Length] : host;
    }
}

internal abstract record PublicHostResult
{
    private PublicHostResult()
    {
    }

    internal sealed record Right : PublicHostResult
    {
        public static Right Instance { get; } = new();
    }

    /// <param name="Address">The same path at the public address, or a login there that leads back to it.</param>
    /// <param name="Mark">The cookie that marks this browser; null where the address does.</param>
    internal sealed record SendTo(string Address, string? Mark) : PublicHostResult
    {
        public void Write(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = Address;
            if (Mark is not null)
            {
                context.Response.Headers.Append("Set-Cookie", Mark);
            }

            SecurityHeaders.Secure(context.Response.Headers);
        }
    }

    /// <param name="Failure">What the page says.</param>
    internal sealed record Loop(LoginFailure Failure) : PublicHostResult;
}
