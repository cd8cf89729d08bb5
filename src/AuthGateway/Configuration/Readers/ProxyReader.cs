using System.Net;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>
/// Reads <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c>, with the same meaning as in Go.
/// </summary>
internal static class ProxyReader
{
    private static readonly string[] Schemes = ["http", "https", "socks5", "socks5h", "socks4", "socks4a"];

    public static ProxyOptions Read(SettingValues values)
    {
        var except = NoProxyList.Parse(values.List("NO_PROXY") ?? [], out var unknown);
        foreach (var piece in unknown)
        {
            values.Warn(
                "NO_PROXY",
                $"'{piece}' means nothing and is left out; write a host (example.com), those below it "
                + "(.example.com), an address, a network (10.0.0.0/8) or *, without http://");
        }

        return new ProxyOptions
        {
            Https = ReadProxy(values, "HTTPS_PROXY"),
            Http = ReadProxy(values, "HTTP_PROXY"),
            Except = except,
        };
    }

    private static Uri? ReadProxy(SettingValues values, string name)
    {
        if (values.Text(name) is not { } text)
        {
            return null;
        }

        if (Parse(text) is { } proxy)
        {
            return proxy;
        }

        // The value is not printed: it may contain a password.
        values.Error(
            name,
            "is no proxy address; write http://HOST:PORT (https://, socks5:// work too), or leave it empty");
        return null;
    }

    // Go accepts HOST:PORT without a scheme too. A single word is rejected as a typing error: it
    // would be a host on port 80.
    private static Uri? Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var uri)
                && Schemes.Contains(uri.Scheme)
                && uri.Host.Length > 0
                && uri.AbsolutePath is "/" or ""
                ? Known(uri)
                : null;
        }

        return Uri.TryCreate("http://" + text, UriKind.Absolute, out var bare)
            && bare.Host.Length > 0
            && bare.AbsolutePath == "/"
            && (HasPort(text)
                || bare.Host.Contains('.', StringComparison.Ordinal)
                || IPAddress.TryParse(bare.Host.Trim('[', ']'), out _))
            ? bare
            : null;
    }

    private static bool HasPort(string text) =>
        text.LastIndexOf(':') is > 0 and var colon
            && colon < text.Length - 1
            && text[(colon + 1)..].TrimEnd('/').All(char.IsAsciiDigit);

    // SOCKS5 in .NET lets the proxy resolve names, which curl calls socks5h.
    private static Uri Known(Uri uri) => uri.Scheme == "socks5h" ? new UriBuilder(uri) { Scheme = "socks5" }.Uri : uri;
}
