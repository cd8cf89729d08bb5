using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Sessions.Store;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Sessions;

/// <summary>
/// Writes the headers that remove a session's data from the browser when the session ends.
/// </summary>
/// <remarks>
/// These are cached pages (<c>Clear-Site-Data: "cache"</c>, W3C Clear Site Data §3.1, the
/// back/forward cache included), and the cookies of applications that keep their own login
/// (<c>LOGOUT_COOKIES</c>).
/// </remarks>
internal sealed class SessionTraces(GatewayOptions options, GatewayCookies cookies, TimeProvider time)
{
    /// <summary>Proxies limit the size of response headers (nginx: 4 or 8 KiB).</summary>
    private const int MostLines = 24;
    private const int MostRemembered = 2_000;
    private static readonly TimeSpan PollPause = TimeSpan.FromMinutes(1);
    private readonly Dictionary<SessionHash, DateTimeOffset> _clearedAt = [];
    private readonly Lock _lock = new();

    /// <summary>Removes everything. For the response that ends a session.</summary>
    public void Clear(IHeaderDictionary headers, AccessRequest request)
    {
        ClearCache(headers);
        ExpireApplicationCookies(headers, request);
    }

    /// <summary>Clears the browser's cache, unless the settings forbid it.</summary>
    public void ClearCache(IHeaderDictionary headers)
    {
        if (options.Browser.ClearCache)
        {
            headers["Clear-Site-Data"] = "\"cache\"";
        }
    }

    /// <summary>Clears the cache at most once a minute for one session.</summary>
    /// <remarks>
    /// For requests of a page whose session has ended. They may come every second, and clearing the
    /// cache takes the browser time.
    /// </remarks>
    public void ClearCacheNowAndThen(IHeaderDictionary headers, AccessRequest request)
    {
        if (options.Browser.ClearCache
            && cookies.SessionValues(request.Cookies, limit: 1) is [var value]
            && SessionId.TryHash(value, out var hash)
            && IsDue(hash))
        {
            ClearCache(headers);
        }
    }

    /// <summary>
    /// Expires the cookies that match <c>LOGOUT_COOKIES</c> at <c>/</c> and at every folder above
    /// the request: a request does not show a cookie's path.
    /// </summary>
    public void ExpireApplicationCookies(IHeaderDictionary headers, AccessRequest request)
    {
        if (options.Browser.LogoutCookies.Count == 0)
        {
            return;
        }

        var names = options.Browser.LogoutCookies
            .Where(name => !name.EndsWith('*') && !cookies.IsOurs(name))
            .ToList();
        CookieHeader.Visit(request.Cookies, IsApplicationCookie, names, (found, name, _) =>
        {
            // The client chooses the names. A name that is no token (RFC 6265 §4.1.1) cannot be
            // written back.
            if (!found.Contains(name) && CookieName.IsToken(name))
            {
                found.Add(name);
            }
        });
        var secure = cookies.IsHttps(request) ? "; Secure" : "";
        var attributes = "; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0" + secure;
        var lines = names.Select(name => $"{name}=; Path=/{attributes}")
            .Concat(
                names.Where(name => !name.StartsWith(CookieName.HostPrefix, StringComparison.OrdinalIgnoreCase))
                    .SelectMany(name => Elsewhere(name, attributes, request)));
        headers.SetCookie = StringValues.Concat(headers.SetCookie, lines.Take(MostLines).ToArray());
    }

    private IEnumerable<string> Elsewhere(string name, string attributes, AccessRequest request)
    {
        if (options.Session.CookieDomain is { } domain)
        {
            yield return $"{name}=; Path=/; Domain={domain}{attributes}";
        }

        var path = request.Target.Path.ToString();
        // A semicolon in the path would end the attribute.
        if (request.Target.IsAmbiguous
            || path.Contains(';', StringComparison.Ordinal)
            || path.StartsWith(options.Urls.Prefix, StringComparison.Ordinal))
        {
            yield break;
        }

        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return $"{name}=; Path={path[..slash]}{attributes}";
            yield return $"{name}=; Path={path[..(slash + 1)]}{attributes}";
        }
    }

    private bool IsApplicationCookie(ReadOnlySpan<char> name)
    {
        foreach (var entry in options.Browser.LogoutCookies)
        {
            var matches = entry.EndsWith('*')
                ? name.StartsWith(entry.AsSpan(0, entry.Length - 1), StringComparison.Ordinal)
                : name.SequenceEqual(entry);
            if (matches)
            {
                return !cookies.IsOurs(name);
            }
        }

        return false;
    }

    private bool IsDue(SessionHash hash)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_clearedAt.TryGetValue(hash, out var last) && now - last < PollPause)
            {
                return false;
            }

            if (_clearedAt.Count >= MostRemembered)
            {
                _clearedAt.Clear();
            }

            _clearedAt[hash] = now;
            return true;
        }
    }
}
