using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication;

/// <summary>
/// The last Cookie line of a connection, the position of its only session cookie, and the session.
/// Kestrel reuses the string object of an unchanged line, so it need not be parsed again. The
/// caller checks for each request whether the session is live.
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

    /// <summary>The value of the session cookie.</summary>
    public ReadOnlySpan<char> Value => _line.AsSpan(_start, SessionId.TextLength);

    /// <summary>
    /// The current user of the session. The same object until the identity changes.
    /// </summary>
    public AuthenticationResult.Authenticated Who =>
        ReferenceEquals(_who.Identity, Session.Identity)
            ? _who
            : _who = new(Session.Identity, AuthenticationMethod.Cookie, Session);

    /// <summary>
    /// Returns null when the Cookie line is not the one of the connection's previous request.
    /// </summary>
    public static LastCookieHeader? Find(AccessRequest request) =>
        request.Connection.LastCookies is LastCookieHeader seen
            && request.Cookies is { Count: 1 } lines
            && ReferenceEquals(lines[0], seen._line)
            ? seen
            : null;

    /// <summary>
    /// Remembers the Cookie line of this request, in which <paramref name="value"/> was found.
    /// HTTP/1.1 only: concurrent HTTP/2 requests share no header objects.
    /// </summary>
    public static void Remember(AccessRequest request, ReadOnlySpan<char> value, Session session)
    {
        if (request.IsHttp11
            && request.Cookies is [{ } line]
            && line.AsSpan().Overlaps(value, out var start)
            && value.Length == SessionId.TextLength)
        {
            request.Connection.LastCookies = new LastCookieHeader(line, start, session);
        }
    }
}
