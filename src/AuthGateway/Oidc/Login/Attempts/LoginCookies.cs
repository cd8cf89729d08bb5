using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Reads and writes the cookies of login attempts: one per attempt, valid for 10 minutes and
/// removed by its callback. A return path too long for the state is sealed in a second cookie.
/// </summary>
/// <remarks>A response that sets or consumes a cookie removes all but the 8 newest.</remarks>
internal sealed class LoginCookies(GatewayCookies own, LoginStateProtector states, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private const int Keep = 8;

    // All long paths together, in characters: proxies limit the Cookie line (nginx: 8 kB).
    private const int MaxLongPaths = 4000;

    // Envoy rejects a response with too many header lines. The remaining cookies are removed by the
    // next response.
    private const int MaxDrops = 20;

    /// <summary>
    /// The attempt that this browser started for the same path within ten minutes, otherwise a new
    /// one.
    /// </summary>
    public LoginAttempt Begin(AccessRequest request, LoginStart start)
    {
        var now = time.GetUtcNow();
        if (ReturnUrl.InState(start.ReturnPath) == start.ReturnPath)
        {
            var tag = LoginAttempt.TagOf(start.ReturnPath);
            var pending = Pending(request).Where(pair => pair.Id.EndsWith(tag, StringComparison.Ordinal));
            foreach (var (id, value) in pending.Reverse())
            {
                if (LoginAttempt.BegunAt(id) is { } begun
                    && now - begun < Life
                    && LoginAttempt.Continue(id, value, start) is { } attempt)
                {
                    return attempt;
                }
            }
        }

        return LoginAttempt.Start(now, start);
    }

    /// <summary>Sets the cookies of an attempt.</summary>
    public void Issue(AccessRequest request, IHeaderDictionary answer, LoginAttempt attempt)
    {
        var name = GatewayCookies.LoginPrefix + attempt.Id;
        Append(answer, own.SetShortLived(request, name, attempt.CookieValue, Life));
        DropOld(request, answer, Keep - 1, except: own.NameOf(request, name));
        if (attempt.HasLongPath)
        {
            var value = states.SealPath(attempt.Id, attempt.ReturnPath);
            Append(answer, own.SetShortLived(request, GatewayCookies.PagePrefix + attempt.Id, value, Life));
            DropLongPaths(request, answer, MaxLongPaths - value.Length);
        }
    }

    /// <summary>
    /// The value of the attempt's cookie; null when it is absent or sent twice (cookie tossing).
    /// </summary>
    public string? ValueOf(AccessRequest request, string attemptId) =>
        OnlyValue(request, GatewayCookies.LoginPrefix + attemptId);

    /// <summary>
    /// The full return path of the attempt; null when its cookie is absent, sent twice or sealed
    /// for another attempt.
    /// </summary>
    public string? LongPathOf(AccessRequest request, LoginState state) =>
        state.HasLongPath && OnlyValue(request, GatewayCookies.PagePrefix + state.AttemptId) is { } value
            ? states.OpenPath(state.AttemptId, value)
            : null;

    /// <summary>Removes the cookies of an attempt after its callback.</summary>
    public void Consume(AccessRequest request, IHeaderDictionary answer, string attemptId)
    {
        var name = own.NameOf(request, GatewayCookies.LoginPrefix + attemptId);
        Append(answer, own.ClearShortLived(request, name));
        DropOld(request, answer, Keep, except: name);
        var page = own.NameOf(request, GatewayCookies.PagePrefix + attemptId);
        if (Pairs(request, GatewayCookies.PagePrefix).ContainsKey(page))
        {
            Append(answer, own.ClearShortLived(request, page));
        }
    }

    /// <summary>
    /// True when the browser holds the maximum number of login cookies: older ones may have been
    /// removed.
    /// </summary>
    public bool IsFull(AccessRequest request) =>
        Pairs(request, GatewayCookies.LoginPrefix).Count >= Keep - 1;

    private IEnumerable<(string Id, string Value)> Pending(AccessRequest request)
    {
        var skip = own.NameOf(request, GatewayCookies.LoginPrefix).Length;
        return Pairs(request, GatewayCookies.LoginPrefix)
            .Where(pair => pair.Value is not null)
            .Select(pair => (pair.Key[skip..], pair.Value!));
    }

    private string? OnlyValue(AccessRequest request, string bareName)
    {
        var name = own.NameOf(request, bareName);
        var values = new List<string>(1);
        CookieHeader.Visit(
            request.Cookies,
            candidate => candidate.SequenceEqual(name),
            values,
            static (list, _, value) => list.Add(value));
        return values.Count == 1 ? values[0] : null;
    }

    /// <summary>
    /// Names and values, oldest first; the value is null when a name was sent twice.
    /// </summary>
    private SortedDictionary<string, string?> Pairs(AccessRequest request, string barePrefix)
    {
        var prefix = own.NameOf(request, barePrefix);
        var pairs = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        CookieHeader.Visit(
            request.Cookies,
            name => name.StartsWith(prefix, StringComparison.Ordinal),
            pairs,
            static (all, name, value) => all[name] = all.ContainsKey(name) ? null : value);
        return pairs;
    }

    private void DropOld(AccessRequest request, IHeaderDictionary answer, int keep, string? except)
    {
        var names = Pairs(request, GatewayCookies.LoginPrefix).Keys.Where(name => name != except && IsPlain(name));
        Drop(request, answer, names.Reverse().Skip(keep));
    }

    // Keeps the newest paths that fit into the remaining characters.
    private void DropLongPaths(AccessRequest request, IHeaderDictionary answer, int remaining)
    {
        var dropped = new List<string>();
        var pairs = Pairs(request, GatewayCookies.PagePrefix).Where(pair => IsPlain(pair.Key));
        foreach (var (name, value) in pairs.Reverse())
        {
            remaining -= value?.Length ?? 0;
            if (remaining < 0 || value is null)
            {
                dropped.Add(name);
            }
        }

        Drop(request, answer, dropped);
    }

    private void Drop(AccessRequest request, IHeaderDictionary answer, IEnumerable<string> names)
    {
        foreach (var name in names.Take(MaxDrops))
        {
            Append(answer, own.ClearShortLived(request, name));
        }
    }

    private static bool IsPlain(string name) =>
        name.Length < 80 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static void Append(IHeaderDictionary answer, string cookie) => answer.Append("Set-Cookie", cookie);
}
