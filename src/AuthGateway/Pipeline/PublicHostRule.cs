using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Oidc;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// One public address per instance: a visit without a session on another host, or by http where the public address is https, is first sent to the same path
/// there. A cookie of a few seconds marks the browser that was sent: when it comes again in the same way, a proxy rewrites Host or says http for https.
/// </summary>
internal sealed class PublicHostRule(UrlOptions urls, PublicScheme scheme, OwnCookies cookies)
{
    private static readonly TimeSpan MarkLife = TimeSpan.FromSeconds(5);

    public PublicHostVerdict Judge(AccessRequest request)
    {
        if (urls.PublicOrigin is not { } origin)
        {
            return PublicHostVerdict.Right.Instance;
        }

        var isForeign = !SameHost(origin, scheme.RequestedHost(request));
        if (!isForeign && !(urls.PublicIsHttps == true && scheme.RequestedScheme(request) == "http"))
        {
            return PublicHostVerdict.Right.Instance;
        }

        return IsMarked(request)
            ? new PublicHostVerdict.Loop(isForeign ? LoginFailure.WrongHost : LoginFailure.WrongScheme)
            : new PublicHostVerdict.SendTo(origin + request.Target.Raw, cookies.SetMark(OwnCookies.MovedName, "1", MarkLife));
    }

    private static bool IsMarked(AccessRequest request)
    {
        var found = new List<string>(1);
        CookieHeader.Visit(request.Cookies, name => name.SequenceEqual(OwnCookies.MovedName), found, static (list, _, value) => list.Add(value));
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

internal abstract record PublicHostVerdict
{
    private PublicHostVerdict()
    {
    }

    internal sealed record Right : PublicHostVerdict
    {
        public static Right Instance { get; } = new();
    }

    /// <param name="Address">The same path at the public address.</param>
    /// <param name="Mark">The cookie that marks this browser.</param>
    internal sealed record SendTo(string Address, string Mark) : PublicHostVerdict
    {
        public void Write(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = Address;
            context.Response.Headers.Append("Set-Cookie", Mark);
            AnswerHeaders.Secure(context.Response.Headers);
        }
    }

    /// <param name="Failure">What the page says.</param>
    internal sealed record Loop(LoginFailure Failure) : PublicHostVerdict;
}
