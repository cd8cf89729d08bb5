using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication;

/// <summary>
/// The Cookie line that a connection sent last, where the one session cookie stands in it, and the session that this was. Kestrel hands out a line that did not change as the same
/// object, so it need not be read again. Whether the session lives is asked each time.
/// </summary>
internal sealed class LastCookieHeader
{
    private readonly string _line;
    private readonly int _start;
    private AuthenticationResult.Authenticated _who;

    private LastCookieHeader(string line, int start, Session session)
    {
        _line = line;
        _start = start;
        Session = session;
        _who = new(session.Identity, AuthenticationMethod.Cookie, session);
    }

    public Session Session { get; }

    /// <summary>The session cookie's value.</summary>
    public ReadOnlySpan<char> Value => _line.AsSpan(_start, SessionId.TextLength);

    /// <summary>The user of the session as it is now; the same object while that does not change.</summary>
    public AuthenticationResult.Authenticated Who =>
        ReferenceEquals(_who.Identity, Session.Identity) ? _who : _who = new(Session.Identity, AuthenticationMethod.Cookie, Session);

    /// <summary>Null when the request has another line than the one before it on its connection.</summary>
    public static LastCookieHeader? Of(AccessRequest request) =>
        request.Connection.SeenCookies is LastCookieHeader seen && request.Cookies is { Count: 1 } lines && ReferenceEquals(lines[0], seen._line) ? seen : null;

    /// <summary>Remembers the line of this request, in which <paramref name="value"/> was found, for the next one. Over HTTP/2 requests cross each other and share no objects.</summary>
    public static void Remember(AccessRequest request, ReadOnlySpan<char> value, Session session)
    {
        if (request.IsHttp11 && request.Cookies is [{ } line] && line.AsSpan().Overlaps(value, out var start) && value.Length == SessionId.TextLength)
        {
            request.Connection.SeenCookies = new LastCookieHeader(line, start, session);
        }
    }
}
