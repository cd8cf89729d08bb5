using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AuthGateway.Quickstart.Provider;

/// <summary>The provider's single sign-on sessions, in memory, and the cookie that carries one.</summary>
internal sealed class ProviderSessions(TimeProvider time)
{
    public const string CookieName = "devprovider_session";

    private readonly ConcurrentDictionary<string, ProviderSession> _byCookie = new(StringComparer.Ordinal);

    public ProviderSession? Find(HttpRequest request) =>
        request.Cookies[CookieName] is { } value && _byCookie.TryGetValue(value, out var session) ? session : null;

    public bool IsLive(string? sid) => sid is not null && _byCookie.Values.Any(session => session.Sid == sid);

    public IReadOnlyList<ProviderSession> OfSubject(string subject) => [.. _byCookie.Values.Where(session => session.Subject == subject)];

    public ProviderSession? OfSid(string? sid) => _byCookie.Values.FirstOrDefault(session => session.Sid == sid);

    /// <summary>A new session, never a reused one, so nobody can plant a cookie beforehand. It ends with the browser.</summary>
    public void Begin(HttpContext context, DevUser user)
    {
        if (Find(context.Request) is { } previous)
        {
            End(previous);
        }

        var value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _byCookie[value] = new ProviderSession(user.Subject, time.GetUtcNow());
        context.Response.Cookies.Append(CookieName, value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
    }

    public void End(ProviderSession session)
    {
        foreach (var (cookie, _) in _byCookie.Where(entry => entry.Value == session))
        {
            _byCookie.TryRemove(cookie, out _);
        }
    }
}
