using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Sessions;

/// <summary>Names and attributes of the gateway's cookies.</summary>
/// <remarks>
/// These are the session, one cookie per login attempt (two when the return path is long), the
/// counter of recent logins, and the mark of a visit that was redirected to the public address.
/// </remarks>
internal sealed class GatewayCookies
{
    private const string Partitioned = "; Partitioned";
    public const string LoginPrefix = "authservice_login_";
    public const string CounterName = "authservice_logins";
    public const string PagePrefix = "authservice_page_";
    public const string MovedName = "authservice_moved";

    // Session cookies of all gateways on this host: each gateway strips those of the others too.
    // Cookies with other names are listed in STRIP_COOKIES.
    private const string SessionFamily = "authservice_session";
    private readonly SessionOptions _session;
    private readonly PublicOrigin _scheme;
    private readonly OwnName _isSession;
    private readonly string[] _others;

    public GatewayCookies(GatewayOptions options, PublicOrigin scheme)
    {
        _session = options.Session;
        _scheme = scheme;
        _others = [.. _session.StripCookies.Select(name => CookieName.RemovePrefix(name).ToString())];
        _isSession = name => name.SequenceEqual(_session.CookieName);
        Ours = IsOurs;
    }

    public string SessionName => _session.CookieName;

    /// <summary>Delegate of <see cref="IsOurs"/>, allocated once.</summary>
    public OwnName Ours { get; }

    /// <summary>
    /// True for every name that is never sent upstream and that no upstream may set, with or
    /// without the prefix <c>__Host-</c> or <c>__Secure-</c>.
    /// </summary>
    public bool IsOurs(ReadOnlySpan<char> name)
    {
        var bare = CookieName.RemovePrefix(name);
        return bare.SequenceEqual(CookieName.RemovePrefix(SessionName))
            || bare.StartsWith(LoginPrefix, StringComparison.Ordinal)
            || bare.SequenceEqual(CounterName)
            || IsOfFamily(bare)
            || bare.StartsWith(PagePrefix, StringComparison.Ordinal)
            || bare.SequenceEqual(MovedName)
            || IsOfOthers(bare);
    }

    /// <summary>True when browsers reach the gateway over https.</summary>
    public bool IsHttps(AccessRequest request) => _scheme.IsHttps(request);

    /// <summary>
    /// Returns the session cookie's value when it came exactly once; empty otherwise.
    /// </summary>
    public ReadOnlySpan<char> OnlySessionValue(StringValues lines) =>
        Mentions(lines, SessionName) ? CookieHeader.FindOnly(lines, SessionName, _isSession) : default;

    /// <summary>
    /// Returns the distinct values of the session cookie in order, at most
    /// <paramref name="limit"/>.
    /// </summary>
    public List<string> SessionValues(StringValues lines, int limit = 4)
    {
        var values = new List<string>(1);
        if (!Mentions(lines, SessionName))
        {
            return values;
        }

        CookieHeader.Visit(lines, _isSession, values, (list, _, value) =>
        {
            if (list.Count < limit && !list.Contains(value))
            {
                list.Add(value);
            }
        });
        return values;
    }

    // One search of the whole line is cheaper than parsing each of its pairs.
    private static bool Mentions(StringValues lines, string name)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { } line && line.Contains(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public string SetSession(AccessRequest request, SessionId id)
    {
        var age = _session.MaxAge;
        return $"{SessionName}={id.Reveal()}; Path=/{Domain}; Max-Age={(long)age.TotalSeconds}{SessionFlags(request)}";
    }

    public string ClearSession(AccessRequest request) =>
        $"{SessionName}=; Path=/{Domain}; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0{SessionFlags(request)}";

    /// <summary>
    /// Formats a login cookie or the counter. Their Secure attribute follows the public scheme,
    /// independent of <c>SESSION_COOKIE_SECURE</c>.
    /// </summary>
    public string SetShortLived(AccessRequest request, string bareName, string value, TimeSpan life) =>
        $"{NameOf(request, bareName)}={value}; Path=/; Max-Age={(long)life.TotalSeconds}{LoginFlags(request)}";

    public string ClearShortLived(AccessRequest request, string fullName) =>
        $"{fullName}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0{LoginFlags(request)}";

    /// <summary>
    /// Formats a mark that this browser sends back over http and https: no name prefix, and Secure
    /// only with <c>SESSION_COOKIE_PARTITIONED</c>.
    /// </summary>
    public string SetMark(string name, string value, TimeSpan life) =>
        $"{name}={value}; Path=/; Max-Age={(long)life.TotalSeconds}; HttpOnly; SameSite="
            + (_session.CookiePartitioned ? "None; Secure" + Partitioned : "Lax");

    public string NameOf(AccessRequest request, string bareName) =>
        _scheme.IsHttps(request) ? CookieName.HostPrefix + bareName : bareName;

    // authservice_session and authservice_session_NAME. With any other character after the name,
    // the cookie belongs to another application.
    private static bool IsOfFamily(ReadOnlySpan<char> bare) =>
        bare.StartsWith(SessionFamily, StringComparison.Ordinal)
            && (bare.Length == SessionFamily.Length || bare[SessionFamily.Length] is '_' or '-' or '.');

    private bool IsOfOthers(ReadOnlySpan<char> bare)
    {
        foreach (var name in _others)
        {
            if (bare.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private string Domain => _session.CookieDomain is { } domain ? "; Domain=" + domain : "";

    private string SessionFlags(AccessRequest request)
    {
        var secure = _session.CookieSecure switch
        {
            CookieSecure.Always => true,
            CookieSecure.Never => false,
            _ => _scheme.IsHttps(request),
        };
        return (secure || _session.SameSite == SameSiteMode.None ? "; Secure" : "")
            + (_session.CookieHttpOnly ? "; HttpOnly" : "")
            + "; SameSite=" + _session.SameSite
            + (_session.CookiePartitioned ? Partitioned : "");
    }

    // A login inside a cross-site frame needs partitioned cookies, as the session does.
    private string LoginFlags(AccessRequest request) => _session.CookiePartitioned
        ? "; Secure; HttpOnly; SameSite=None" + Partitioned
        : (_scheme.IsHttps(request) ? "; Secure" : "") + "; HttpOnly; SameSite=Lax";
}
