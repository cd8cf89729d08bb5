using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Configuration.Rules;

/// <summary>Examines http URLs without changing their text.</summary>
internal static class WebAddress
{
    /// <summary>Parses an absolute http or https URL with a host; null for anything else.</summary>
    public static Uri? Absolute(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri
            : null;

    /// <summary>
    /// True for a path that begins with one slash: a reference on the gateway's own origin.
    /// </summary>
    public static bool IsRelative(string text) =>
        text.Length > 0 && text[0] == '/' && !(text.Length > 1 && text[1] is '/' or '\\') && !text.Any(char.IsControl);

    /// <summary>
    /// Scheme, host and a port that is not the default one, without a trailing slash.
    /// </summary>
    public static string Origin(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    /// <summary>
    /// The path as written, without query and fragment; empty when an absolute URL has none.
    /// </summary>
    public static string RawPath(string text)
    {
        var authority = text.IndexOf("://", StringComparison.Ordinal);
        var rest = text.AsSpan();
        if (authority >= 0)
        {
            rest = rest[(authority + 3)..];
            var start = rest.IndexOfAny('/', '?', '#');
            rest = start < 0 ? [] : rest[start..];
        }

        var end = rest.IndexOfAny('?', '#');
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    public static bool IsLoopback(Uri uri) =>
        uri.IsLoopback || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// True for cloud metadata services and link-local addresses, which are never a provider (RFC
    /// 3927, RFC 4291 §2.5.6).
    /// </summary>
    public static bool IsLinkLocal(Uri uri)
    {
        if (uri.IdnHost.TrimEnd('.').Equals("metadata.google.internal", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes() is [169, 254, ..]
            : address.IsIPv6LinkLocal || address.Equals(IPAddress.Parse("fd00:ec2::254"));
    }

    /// <summary>Replaces user and password in a URL by <c>***</c>, for messages.</summary>
    public static string MaskPassword(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            // A proxy may be written user:password@host:port.
            return text.Contains('@', StringComparison.Ordinal) ? "***" : text;
        }

        var length = text.AsSpan(start + 3).IndexOfAny('/', '?', '#');
        var authority = length < 0 ? text[(start + 3)..] : text.Substring(start + 3, length);
        var at = authority.LastIndexOf('@');
        return at < 0 ? text : string.Concat(text.AsSpan(0, start + 3), "***", text.AsSpan(start + 3 + at));
    }
}
