using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Limits.MemoryUse;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Counts the logins of one browser within 60 s in one sealed cookie. A fourth login after three is
/// a redirect loop.
/// </summary>
/// <remarks>
/// A session that was used and has ended since (a logout) is not counted. One that a newer login
/// replaced is counted: an application may redirect the browser in a loop. Whether a session was
/// used is known only in this process.
/// </remarks>
internal sealed class LoginCounter(
    GatewayCookies own, LoginStateProtector states, SessionCache sessions, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private const int MaxLogins = 3;
    private const int Capacity = 10_000;
    private readonly ExpiringMap<uint, Session> _seen = new(Capacity);

    /// <summary>True when this browser has logged in three times within 60 s.</summary>
    public bool IsLoop(AccessRequest request) => Recent(request).Count >= MaxLogins;

    /// <summary>Adds a completed login to the counter cookie.</summary>
    /// <param name="request">The callback.</param>
    /// <param name="answer">The headers of its response.</param>
    /// <param name="hash">The new session.</param>
    /// <param name="replaced">The sessions that this login ended.</param>
    public void Count(
        AccessRequest request, IHeaderDictionary answer, SessionHash hash, IReadOnlyList<SessionHash> replaced)
    {
        var now = time.GetUtcNow();
        foreach (var old in replaced)
        {
            _seen.Remove(KeyOf(old));
        }

        if (sessions.TryGet(hash, out var session))
        {
            // When all entries are recent, this one is not kept: its login is counted even after a
            // logout.
            _seen.MakeRoom(now);
            _seen.Set(KeyOf(hash), session!, now + Life);
        }

        var times = states.SealLogins(Recent(request).TakeLast(MaxLogins).Append(new(now, KeyOf(hash))));
        answer.Append("Set-Cookie", own.SetShortLived(request, GatewayCookies.CounterName, times, Life));
    }

    /// <summary>
    /// Clears the counter after an event which proves that the browser keeps cookies: a logout, or
    /// a refusal by a rule.
    /// </summary>
    public void Forget(AccessRequest request, IHeaderDictionary answer)
    {
        var name = own.NameOf(request, GatewayCookies.CounterName);
        if (Values(request, name).Count > 0)
        {
            answer.Append("Set-Cookie", own.ClearShortLived(request, name));
        }
    }

    private List<CountedLogin> Recent(AccessRequest request)
    {
        var values = Values(request, own.NameOf(request, GatewayCookies.CounterName));
        if (values.Count != 1)
        {
            return [];
        }

        var now = time.GetUtcNow();
        var logins = states.OpenLogins(values[0]);
        return [.. logins.Where(login => now - login.At < Life && !IsForgiven(login.Session))];
    }

    private static List<string> Values(AccessRequest request, string name)
    {
        var values = new List<string>(1);
        CookieHeader.Visit(
            request.Cookies,
            candidate => candidate.SequenceEqual(name),
            values,
            static (list, _, value) => list.Add(value));
        return values;
    }

    private bool IsForgiven(uint key) =>
        _seen.TryGet(key, out var seen) && seen is { WasUsed: true, HasEnded: true };

    private static uint KeyOf(SessionHash hash) => (uint)(hash.A >> 32);
}
