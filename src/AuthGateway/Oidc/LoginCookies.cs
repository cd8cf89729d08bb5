using AuthGateway.Model;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>One cookie per login attempt, 10 minutes, gone after its callback; an answer that sets or uses one drops all but the 8 newest.</summary>
internal sealed class LoginCookies(OwnCookies own, SealedStates states, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan CounterLife = TimeSpan.FromSeconds(60);
    private const int Keep = 8;

    // More lines than Envoy takes would cost the whole answer; the next one drops the rest.
    private const int MaxDrops = 20;

    public void Issue(AccessRequest request, IHeaderDictionary answer, LoginAttempt attempt)
    {
        Append(answer, own.SetShortLived(request, OwnCookies.LoginPrefix + attempt.Id, attempt.CookieValue, Life));
        DropOld(request, answer, Keep - 1, except: null);
    }

    /// <summary>The one value of this attempt's cookie; null when it is absent or there are two (cookie tossing).</summary>
    public string? ValueOf(AccessRequest request, string attemptId)
    {
        var name = own.NameOf(request, OwnCookies.LoginPrefix + attemptId);
        var values = new List<string>(1);
        CookieHeader.Visit(request.Cookies, candidate => candidate.SequenceEqual(name), values, static (list, _, value) => list.Add(value));
        return values.Count == 1 ? values[0] : null;
    }

    public void Consume(AccessRequest request, IHeaderDictionary answer, string attemptId)
    {
        var name = own.NameOf(request, OwnCookies.LoginPrefix + attemptId);
        Append(answer, own.ClearShortLived(request, name));
        DropOld(request, answer, Keep, except: name);
    }

    /// <summary>Logins of this browser that ended here within the last 60 s.</summary>
    public List<DateTimeOffset> RecentLogins(AccessRequest request)
    {
        var name = own.NameOf(request, OwnCookies.CounterName);
        var values = new List<string>(1);
        CookieHeader.Visit(request.Cookies, candidate => candidate.SequenceEqual(name), values, static (list, _, value) => list.Add(value));
        var now = time.GetUtcNow();
        return values.Count == 1 ? [.. states.OpenLoginTimes(values[0]).Where(at => now - at < CounterLife)] : [];
    }

    public void CountLogin(AccessRequest request, IHeaderDictionary answer) => Append(
        answer, own.SetShortLived(request, OwnCookies.CounterName, states.SealLoginTimes(RecentLogins(request).TakeLast(3).Append(time.GetUtcNow())), CounterLife));

    /// <summary>True when the browser holds as many login cookies as it may keep: older ones may have been dropped.</summary>
    public bool IsFull(AccessRequest request) => Names(request).Count >= Keep - 1;

    private SortedSet<string> Names(AccessRequest request)
    {
        var prefix = own.NameOf(request, OwnCookies.LoginPrefix);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        CookieHeader.Visit(request.Cookies, name => name.StartsWith(prefix, StringComparison.Ordinal), names, static (set, name, _) => set.Add(name));
        return names;
    }

    private void DropOld(AccessRequest request, IHeaderDictionary answer, int keep, string? except)
    {
        foreach (var name in Names(request).Where(name => name != except && IsPlain(name)).Reverse().Skip(keep).Take(MaxDrops))
        {
            Append(answer, own.ClearShortLived(request, name));
        }
    }

    private static bool IsPlain(string name) => name.Length < 80 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static void Append(IHeaderDictionary answer, string cookie) => answer.Append("Set-Cookie", cookie);
}
