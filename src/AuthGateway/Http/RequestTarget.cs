using System.Buffers;

namespace AuthGateway.Http;

/// <summary>
/// The only parser of request targets. Reads the raw target (RFC 9112 §3.2) byte for byte, so that
/// the decision and the upstream see the same target. Only origin-form is accepted. A target that
/// two readers could interpret differently is <see cref="IsAmbiguous"/>: it is never public and
/// never an endpoint of the gateway.
/// </summary>
internal readonly struct RequestTarget : IEquatable<RequestTarget>
{
    // A path of these characters alone, without an empty segment, has only one interpretation.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~/");

    // Visible ASCII without the number sign.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(character => character != '#')]);

    private readonly string _raw;
    private readonly int _pathLength;

    private RequestTarget(string raw, int pathLength, bool ambiguous)
    {
        _raw = raw;
        _pathLength = pathLength;
        IsAmbiguous = ambiguous;
    }

    /// <summary>The target as received.</summary>
    public string Raw => _raw ?? "/";

    /// <summary>Raw path, starts with a slash, never decoded.</summary>
    public ReadOnlySpan<char> Path => _raw.AsSpan(0, _pathLength);

    /// <summary>Raw query with its question mark, or empty.</summary>
    public ReadOnlySpan<char> Query => _raw.AsSpan(_pathLength);

    /// <summary>The path with its percent escapes decoded, for patterns; never forwarded.</summary>
    public string DecodePath() => Uri.UnescapeDataString(Path);

    /// <summary>
    /// True for dot segments (also encoded), empty segments, path parameters, backslashes, and
    /// every percent escape that is not plain UTF-8 text: encoded separators, encoded percent,
    /// control bytes, broken or overlong escapes.
    /// </summary>
    public bool IsAmbiguous { get; }

    /// <summary>
    /// Parses a raw target. Returns false for anything but origin-form, and for control bytes, raw
    /// non-ASCII, <c>#</c>, broken UTF-8 length or an encoded NUL. Those are answered with 400.
    /// </summary>
    public static bool TryParse(string? rawTarget, out RequestTarget target)
    {
        target = default;
        if (string.IsNullOrEmpty(rawTarget) || rawTarget[0] != '/')
        {
            return false;
        }

        var plain = rawTarget.AsSpan().IndexOfAnyExcept(Plain);
        if (plain >= 0 && rawTarget.AsSpan(plain).ContainsAnyExcept(Allowed))
        {
            return false;
        }

        var question = plain < 0 ? -1 : rawTarget.IndexOf('?', plain);
        var path = question < 0 ? rawTarget.AsSpan() : rawTarget.AsSpan(0, question);
        if (plain == question)
        {
            target = new RequestTarget(rawTarget, path.Length, path.Contains("//", StringComparison.Ordinal));
            return true;
        }

        if (path.Contains("%00", StringComparison.Ordinal))
        {
            return false;
        }

        target = new RequestTarget(rawTarget, path.Length, PathAmbiguity.Find(path));
        return true;
    }

    /// <summary>
    /// True when the path equals <paramref name="prefix"/> or is below it: whole segments,
    /// case-sensitive, unambiguous paths only.
    /// </summary>
    /// <param name="prefix">Raw path without a trailing slash.</param>
    public bool IsAtOrBelow(ReadOnlySpan<char> prefix) =>
        !IsAmbiguous
            && Path.StartsWith(prefix, StringComparison.Ordinal)
            && (Path.Length == prefix.Length || Path[prefix.Length] == '/');

    /// <summary>
    /// True when the path begins with <paramref name="prefix"/>, which ends in a slash:
    /// case-sensitive, unambiguous paths only.
    /// </summary>
    public bool IsBelow(ReadOnlySpan<char> prefix) => !IsAmbiguous && Path.StartsWith(prefix, StringComparison.Ordinal);

    public bool Equals(RequestTarget other) => string.Equals(Raw, other.Raw, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is RequestTarget other && Equals(other);

    public override int GetHashCode() => Raw.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Raw;

    public static bool operator ==(RequestTarget left, RequestTarget right) => left.Equals(right);

    public static bool operator !=(RequestTarget left, RequestTarget right) => !left.Equals(right);
}
