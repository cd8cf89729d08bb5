using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Counts the logins of one browser within 60 s, in one sealed cookie: three that still lead to a fourth are a loop. A session that was used and has ended
/// since (a logout) is forgiven, one that a newer login replaced is not: an application may send the browser in circles. What was used is known in this process alone.
/// </summary>
internal sealed class LoginCounter(GatewayCookies own, LoginStateProtector states, SessionCache sessions, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private const int MaxLogins = 3;
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<uint, Seen> _seen = new();

    /// <summary>True when this browser logged in three times within a minute and comes again.</summary>
    public bool IsLoop(AccessRequest request) => Recent(request).Count >= MaxLogins;

    /// <summary>A login that is done: the answer's counter holds it too.</summary>
    /// <param name="request">The callback.</param>
    /// <param name="answer">Headers of its answer.</param>
    /// <param name="hash">The new session.</param>
    /// <param name="replaced">Sessions that ended by this login.</param>
    public void Count(AccessRequest request, IHeaderDictionary answer, SessionHash hash, IReadOnlyList<SessionHash> replaced)
    {
        var now = time.GetUtcNow();
        foreach (var old in replaced)
        {
            _seen.TryRemove(KeyOf(old), out _);
        }

        if (sessions.TryGet(hash, out var session))
        {
            Remember(KeyOf(hash), new(now, session!));
        }

        var times = states.SealLogins(Recent(request).TakeLast(MaxLogins).Append(new(now, KeyOf(hash))));
        answer.Append("Set-Cookie", own.SetShortLived(request, GatewayCookies.CounterName, times, Life));
    }

    /// <summary>What was seen of this browser's session proves that it keeps cookies: a logout, a refusal by a rule.</summary>
    public void Forget(AccessRequest request, IHeaderDictionary answer)
    {
        var name = own.NameOf(request, GatewayCookies.CounterName);
        var found = new List<string>(1);
        CookieHeader.Visit(request.Cookies, candidate => candidate.SequenceEqual(name), found, static (list, _, value) => list.Add(value));
        if (found.Count > 0)
        {
            answer.Append("Set-Cookie", own.ClearShortLived(request, name));
        }
    }

    private List<CountedLogin> Recent(AccessRequest request)
    {
        var name = own.NameOf(request, GatewayCookies.CounterName);
        var values = new List<string>(1);
        CookieHeader.Visit(request.Cookies, candidate => candidate.SequenceEqual(name), values, static (list, _, value) => list.Add(value));
        var now = time.GetUtcNow();
        return values.Count == 1 ? [.. states.OpenLogins(values[0]).Where(login => now - login.At < Life && !IsForgiven(login.Session))] : [];
    }

    private bool IsForgiven(uint key) => _seen.TryGetValue(key, out var seen) && seen.Session is { WasUsed: true, HasEnded: true };

    private void Remember(uint key, Seen seen)
    {
        if (_seen.Count >= Capacity)
        {
            foreach (var (old, before) in _seen)
            {
                if (seen.At - before.At >= Life)
                {
                    _seen.TryRemove(old, out _);
                }
            }
        }

        // Full of young ones: fewer are forgiven, nothing else.
        if (_seen.Count < Capacity)
        {
            _seen[key] = seen;
        }
    }

    private static uint KeyOf(SessionHash hash) => (uint)(hash.A >> 32);

    private sealed record Seen(DateTimeOffset At, Session Session);
}

/// <summary>One login of the counter.</summary>
/// <param name="At">When it was done.</param>
/// <param name="Session">First 32 bits of the session's hash.</param>
internal readonly record struct CountedLogin(DateTimeOffset At, uint Session);
