using System.Buffers;
using System.Globalization;
using System.Text;
using AuthGateway.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Carries a raw path through YARP's path transforms, which work on decoded text and encode it
/// again (<c>%2F</c> would become <c>%252F</c>). Segments that would not survive this unchanged are
/// marked: each byte becomes a private-use character, and is written as that byte at the end.
/// </summary>
internal static class RawPath
{
    private const char FirstMark = '\uE000';
    private const char LastMark = '\uE07F';

    // Characters that a path segment may contain unencoded (RFC 3986 §3.3), and the slash.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Returns the path for the transforms. Literal segments of the route are decoded, so that a
    /// prefix matches in any spelling.
    /// </summary>
    public static string Mark(HttpContext context, RequestTarget target)
    {
        var raw = target.Path.ToString().Split('/');
        var decoded = (context.Request.Path.Value ?? "").Split('/');
        if (raw.Length != decoded.Length)
        {
            return string.Join('/', raw.Select(Marked));
        }

        var pattern = GetPattern(context);
        return string.Join(
            '/',
            raw.Select((segment, i) => CanStay(decoded[i], segment, IsLiteral(pattern, i - 1))
                ? decoded[i]
                : Marked(segment)));
    }

    /// <summary>
    /// Returns the route values with the bytes that were received. The router extracts the value of
    /// a complex segment (<c>v{x}</c>) from decoded text. A private-use character in it came from
    /// the client and is percent-encoded, so that it is never read as a mark.
    /// </summary>
    public static RouteValueDictionary Values(HttpContext context, RequestTarget target)
    {
        var values = new RouteValueDictionary();
        foreach (var (name, value) in context.Request.RouteValues)
        {
            values[name] = value is string text ? WithoutMarks(text) : value;
        }

        var raw = target.Path.ToString().Split('/');
        if (GetPattern(context) is not { } pattern
            || raw.Length != (context.Request.Path.Value ?? "").Split('/').Length)
        {
            return values;
        }

        for (var i = 0; i < pattern.PathSegments.Count && i + 1 < raw.Length; i++)
        {
            if (pattern.PathSegments[i] is { IsSimple: true, Parts: [RoutePatternParameterPart parameter] }
                && values.ContainsKey(parameter.Name))
            {
                values[parameter.Name] = string.Join(
                    '/',
                    (parameter.IsCatchAll ? raw[(i + 1)..] : raw[(i + 1)..(i + 2)]).Select(MarkedUnlessUnreserved));
            }
        }

        return values;
    }

    /// <summary>
    /// Returns the path to send: marked bytes unchanged, everything else encoded where required.
    /// </summary>
    public static string Write(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(Plain))
        {
            return path;
        }

        var text = new StringBuilder(path.Length + 16);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is >= FirstMark and <= LastMark)
            {
                text.Append((char)(path[i] - FirstMark));
            }
            else if (TryReadEncodedMark(path.AsSpan(i), out var mark))
            {
                text.Append(mark);
                i += 8;
            }
            else if (Plain.Contains(path[i])
                || (path[i] == '%'
                    && i + 2 < path.Length
                    && char.IsAsciiHexDigit(path[i + 1])
                    && char.IsAsciiHexDigit(path[i + 2])))
            {
                text.Append(path[i]);
            }
            else
            {
                var length = char.IsSurrogatePair(path, i) ? 2 : 1;
                text.Append(Uri.EscapeDataString(path.AsSpan(i, length)));
                i += length - 1;
            }
        }

        return text.ToString();
    }

    private static RoutePattern? GetPattern(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern;

    private static bool IsLiteral(RoutePattern? pattern, int segment) =>
        segment >= 0
            && pattern is not null
            && segment < pattern.PathSegments.Count
            && pattern.PathSegments[segment] is { IsSimple: true, Parts: [RoutePatternLiteralPart] };

    private static bool CanStay(string decoded, string raw, bool isLiteral) =>
        isLiteral ? !decoded.AsSpan().ContainsAnyInRange(FirstMark, LastMark) : Write(decoded) == raw;

    private static string WithoutMarks(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstMark, LastMark))
        {
            return text;
        }

        return string.Concat(
            text.Select(character => character is >= FirstMark and <= LastMark
                ? Marked(Uri.EscapeDataString(character.ToString()))
                : character.ToString()));
    }

    private static string MarkedUnlessUnreserved(string raw) =>
        raw.AsSpan().ContainsAnyExcept(Unreserved) ? Marked(raw) : raw;

    private static string Marked(string raw) => string.Create(raw.Length, raw, static (marks, bytes) =>
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            marks[i] = (char)(FirstMark + bytes[i]);
        }
    });

    // A marked character after a template was filled in: three bytes of UTF-8, %EE%80%80 to
    // %EE%81%BF.
    private static bool TryReadEncodedMark(ReadOnlySpan<char> text, out char mark)
    {
        mark = default;
        if (text.Length < 9
            || !(text.StartsWith("%EE%80%", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("%EE%81%", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        if (!byte.TryParse(text[7..9], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var last)
            || last is < 0x80 or > 0xBF)
        {
            return false;
        }

        mark = (char)((text[5] == '1' ? 0x40 : 0) + (last & 0x3F));
        return true;
    }
}
