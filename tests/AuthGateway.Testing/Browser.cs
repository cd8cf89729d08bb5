using System.Collections.Concurrent;
using System.Text;

namespace AuthGateway.Testing;

/// <summary>
/// A tiny browser: one cookie jar by host, redirects followed by hand, navigation headers. Names resolve through <paramref name="hosts"/>,
/// so <c>https://gw.example.test</c> stands for a gateway behind a proxy that ends TLS.
/// </summary>
internal sealed class Browser(IReadOnlyDictionary<string, Uri> hosts)
{
    private readonly ConcurrentDictionary<(string Host, string Name), Cookie> _jar = new();

    public IReadOnlyList<KeyValuePair<string, string>> NavigationHeaders { get; set; } =
    [
        new("Accept", "text/html,application/xhtml+xml"),
        new("Sec-Fetch-Mode", "navigate"),
        new("Sec-Fetch-Dest", "document"),
        new("Sec-Fetch-Site", "none"),
    ];

    /// <summary>Cookies kept for a host, by name.</summary>
    public IReadOnlyDictionary<string, string> CookiesOf(string host) =>
        _jar.Where(entry => entry.Key.Host == host).ToDictionary(entry => entry.Key.Name, entry => entry.Value.Value);

    public void SetCookie(string host, string name, string value) => _jar[(host, name)] = Cookie.Parse($"{name}={value}; Path=/");

    public void ForgetCookie(string host, string name) => _jar.TryRemove((host, name), out _);

    /// <summary>A top-level navigation, one step: the answer as it is, cookies kept.</summary>
    public Task<RawResponse> GetAsync(string url) => SendAsync("GET", url, NavigationHeaders);

    /// <summary>A script's call: no navigation.</summary>
    public Task<RawResponse> FetchAsync(string url, string method = "GET", params IReadOnlyList<KeyValuePair<string, string>> headers) =>
        SendAsync(method, url, [new("Accept", "application/json"), new("Sec-Fetch-Mode", "cors"), new("Sec-Fetch-Dest", "empty"), new("Sec-Fetch-Site", "same-origin"), .. headers]);

    /// <summary>A navigation that follows every redirect; the last answer and the address where it ended.</summary>
    public async Task<(RawResponse Answer, string Url)> VisitAsync(string url, int limit = 12)
    {
        for (var i = 0; i < limit; i++)
        {
            var answer = await GetAsync(url);
            if (answer.Status is not (301 or 302 or 303 or 307 or 308) || answer.Location is not { } location)
            {
                return (answer, url);
            }

            url = Resolve(url, location);
        }

        throw new InvalidOperationException($"More than {limit} redirects, the last to {url}");
    }

    public async Task<RawResponse> SendAsync(string method, string url, IReadOnlyList<KeyValuePair<string, string>> headers, string body = "")
    {
        var (isHttps, host, target) = Split(url);
        var request = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
        {
            request.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var cookies = string.Join("; ", _jar.Where(entry => entry.Key.Host == NameOf(host) && (isHttps || !entry.Value.IsSecure) && IsBelow(target, entry.Value.Path))
            .OrderBy(entry => entry.Key.Name, StringComparer.Ordinal).Select(entry => $"{entry.Key.Name}={entry.Value.Value}"));
        request.Append(cookies.Length > 0 ? $"Cookie: {cookies}\r\n" : "");
        request.Append(body.Length > 0 || method == "POST" ? $"Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}" : "\r\n");
        var answer = await RawClient.OnceAsync(hosts.TryGetValue(host, out var address) ? address : new Uri("http://" + host), request.ToString());
        Keep(NameOf(host), answer, isHttps);
        return answer;
    }

    /// <summary>The address a redirect leads to, as a browser resolves it.</summary>
    public static string Resolve(string from, string location)
    {
        if (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = from.IndexOf('/', from.IndexOf("//", StringComparison.Ordinal) + 2);
            return (slash < 0 ? from : from[..slash]) + location;
        }

        return new Uri(new Uri(from), location).AbsoluteUri;
    }

    private void Keep(string host, RawResponse answer, bool isHttps)
    {
        foreach (var cookie in answer.SetCookies.Select(Cookie.Parse).Where(cookie => cookie.IsAcceptable(isHttps)))
        {
            if (cookie.IsExpired)
            {
                _jar.TryRemove((host, cookie.Name), out _);
            }
            else
            {
                _jar[(host, cookie.Name)] = cookie;
            }
        }
    }

    private static bool IsBelow(string target, string path) =>
        path == "/" || target.Split('?')[0] is var own && own.StartsWith(path, StringComparison.Ordinal) && (own.Length == path.Length || path.EndsWith('/') || own[path.Length] == '/');

    private static string NameOf(string host) => host.Split(':')[0];

    private static (bool IsHttps, string Host, string Target) Split(string url)
    {
        var start = url.IndexOf("//", StringComparison.Ordinal) + 2;
        var slash = url.IndexOfAny(['/', '?'], start);
        var target = slash < 0 ? "/" : url[slash] == '?' ? "/" + url[slash..] : url[slash..];
        return (url.StartsWith("https:", StringComparison.Ordinal), slash < 0 ? url[start..] : url[start..slash], target.Split('#')[0]);
    }
}
