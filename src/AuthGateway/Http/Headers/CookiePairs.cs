using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http.Headers;

/// <summary>
/// Enumerates the pairs of one Cookie line without allocation. A comma separates pairs where a name
/// of the gateway's follows it, and after a pair of the gateway's (its values have no comma). When
/// reading, a comma does not separate in front of <c>__Host-</c> and <c>__Secure-</c>: browsers
/// guarantee which origin sets such a name, and a sibling domain could otherwise inject one after a
/// comma in its own cookie's value.
/// </summary>
internal ref struct CookiePairs(ReadOnlySpan<char> line, OwnName isOwn, bool isReading)
{
    private ReadOnlySpan<char> _rest = line;
    private bool _done = line.IsEmpty;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>
    /// Enumerates the pairs that may be trusted as sent by the browser. The other constructor finds
    /// pairs that must not go upstream.
    /// </summary>
    public static CookiePairs ForReading(ReadOnlySpan<char> line, OwnName isWanted) =>
        new(line, isWanted, isReading: true);

    public readonly CookiePairs GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_done)
        {
            return false;
        }

        var end = EndOfPair();
        Current = end < 0 ? _rest : _rest[..end];
        _done = end < 0;
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>
    /// Splits a pair into name and value, without the optional pair of quotes (RFC 6265 §4.1.1). A
    /// pair without a name has an empty one.
    /// </summary>
    public static CookiePair Split(ReadOnlySpan<char> pair)
    {
        var trimmed = pair.Trim(" \t");
        var equals = trimmed.IndexOf('=');
        return equals <= 0
            ? new CookiePair(default, trimmed)
            : new CookiePair(trimmed[..equals], Unquoted(trimmed[(equals + 1)..]));
    }

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) =>
        value is ['"', .. var inner, '"'] ? inner : value;

    // Linear: the gateway's names have no comma, so each piece between two commas is compared once.
    private readonly int EndOfPair()
    {
        var semicolon = _rest.IndexOf(';');
        var piece = semicolon < 0 ? _rest : _rest[..semicolon];
        var comma = piece.IndexOf(',');
        if (comma >= 0 && isOwn(Split(piece[..comma]).Name))
        {
            return comma;
        }

        while (comma >= 0)
        {
            var after = piece[(comma + 1)..];
            var next = after.IndexOf(',');
            if (Separates(Split(next < 0 ? after : after[..next]).Name))
            {
                return comma;
            }

            comma = next < 0 ? -1 : comma + 1 + next;
        }

        return semicolon;
    }

    private readonly bool Separates(ReadOnlySpan<char> name) =>
        isOwn(name) && !(isReading && CookieName.HasPrefix(name));
}
