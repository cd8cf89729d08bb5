using System.Net;
using System.Net.Sockets;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Configuration.Rules;

/// <summary>Questions about http addresses; the text stays as the operator wrote it.</summary>
internal static class WebAddress
{
    /// <summary>An absolute http or https address with a host.</summary>
    public static Uri? Absolute(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null;

    /// <summary>Begins with one slash: a reference below our own origin.</summary>
    public static bool IsRelative(string text) =>
        text.Length > 0 && text[0] == '/' && !(text.Length > 1 && text[1] is '/' or '\\') && !text.Any(char.IsControl);

    /// <summary>Scheme, host and a port that is not the default one, without a trailing slash.</summary>
    public static string Origin(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    /// <summary>The path as written, without query and fragment; empty when an absolute address has none.</summary>
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

    public static bool IsLoopback(Uri uri) => uri.IsLoopback || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Addresses of cloud metadata services and everything link-local: never a provider (RFC 3927, RFC 4291 §2.5.6).</summary>
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

    /// <summary>For messages and print-outs: a password inside an address becomes <c>***</c>.</summary>
    public static string Masked(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return text.Contains('@', StringComparison.Ordinal) ? "***" : text; // A proxy may be written user:password@host:port.
        }

        var length = text.AsSpan(start + 3).IndexOfAny('/', '?', '#');
        var authority = length < 0 ? text[(start + 3)..] : text.Substring(start + 3, length);
        var at = authority.LastIndexOf('@');
        return at < 0 ? text : string.Concat(text.AsSpan(0, start + 3), "***", text.AsSpan(start + 3 + at));
    }
}
