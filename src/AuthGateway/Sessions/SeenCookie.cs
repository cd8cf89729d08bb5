using AuthGateway.Model;

namespace AuthGateway.Sessions;

/// <summary>
/// The Cookie line that a connection sent last, and where the one session cookie stands in it. Kestrel hands out a line that did not change as the same object: what it says is known then.
/// Whether that session lives is asked each time.
/// </summary>
internal sealed class SeenCookie
{
    private readonly string _line;
    private readonly int _start;

    private SeenCookie(string line, int start, SessionHash hash)
    {
        _line = line;
        _start = start;
        Hash = hash;
    }

    public SessionHash Hash { get; }

    /// <summary>The session cookie's value.</summary>
    public ReadOnlySpan<char> Value => _line.AsSpan(_start, SessionId.TextLength);

    /// <summary>Null when the request has another line than the one before it on its connection.</summary>
    public static SeenCookie? Of(AccessRequest request) =>
        request.Connection.SeenCookies is SeenCookie seen && request.Cookies is { Count: 1 } lines && ReferenceEquals(lines[0], seen._line) ? seen : null;

    /// <summary>Remembers the line of this request, in which <paramref name="value"/> was found, for the next one. Over HTTP/2 requests cross each other and share no objects.</summary>
    public static void Remember(AccessRequest request, ReadOnlySpan<char> value, SessionHash hash)
    {
        if (request.IsHttp11 && request.Cookies is [{ } line] && line.AsSpan().Overlaps(value, out var start) && value.Length == SessionId.TextLength)
        {
            request.Connection.SeenCookies = new SeenCookie(line, start, hash);
        }
    }
}
