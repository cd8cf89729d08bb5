using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.Configuration.Rules;

/// <summary>Examines http URLs without changing their text.</summary>
internal static class WebAddress
{
    /// <summary>
    /// Parses an absolute http or https URL with a host and without control characters; null for
    /// anything else.
    /// </summary>
    public static Uri? Absolute(string text) =>
        !text.Any(char.IsControl)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && HasAsciiHost(uri)
            ? uri
            : null;

    /// <summary>
    /// The same reference in visible ASCII, as a header can carry it: the host by its IDN name, other
    /// characters percent-encoded as UTF-8. Unchanged when it is visible ASCII already.
    /// </summary>
    /// <param name="text">A URL that <see cref="Absolute"/> accepts, or a path.</param>
    public static string ToAscii(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text
        : Absolute(text) is { } uri ? Origin(uri) + uri.PathAndQuery + uri.Fragment
        : Escape(text);

    /// <summary>
    /// Percent-encodes blanks and non-ASCII characters as UTF-8. Everything else is unchanged, also
    /// control characters and unpaired surrogates.
    /// </summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is > ' ' and <= '~'
                || char.IsControl(text[i])
                || Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done)
            {
                escaped.Append(text[i++]);
                continue;
            }

            foreach (var one in utf8[..rune.EncodeToUtf8(utf8)])
            {
                escaped.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
            }

            i += length;
        }

        return escaped.ToString();
    }

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
        if (at < 0 && !Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            // A password with an unescaped / ? or #.
            at = text.LastIndexOf('@') - start - 3;
        }

        return at < 0 ? text : string.Concat(text.AsSpan(0, start + 3), "***", text.AsSpan(start + 3 + at));
    }

    // A host of non-ASCII characters need not have an IDN name.
    private static bool HasAsciiHost(Uri uri)
    {
        try
        {
            return uri.IdnHost.Length > 0 && Ascii.IsValid(uri.IdnHost);
        }
        catch (UriFormatException)
        {
            return false;
        }
    }
}
