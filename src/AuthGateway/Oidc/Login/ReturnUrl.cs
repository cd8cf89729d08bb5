using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;

namespace AuthGateway.Oidc.Login;

/// <summary>Where a login comes back to: a path on our own origin by the rules of browsers (WHATWG URL), else <c>/</c> (invariant I9).</summary>
internal sealed class ReturnUrl(UrlOptions urls)
{
    /// <summary>The page "You are logged in".</summary>
    public const string LoggedInPage = "";

    private const string MovedMark = "moved=1";

    /// <summary>Longest path that the sealed state carries: it stays under 2,000 characters. Longer ones travel in a cookie (<see cref="LoginCookies"/>).</summary>
    private const int MaxInState = 1400;

    /// <summary>Longest path that a cookie carries: sealed and in base64url it stays under 4,000 characters.</summary>
    private const int MaxLength = 2900;

    /// <summary>The first page asked for; too long: without its query, then <c>/</c>.</summary>
    public string FromTarget(RequestTarget target) => Accept(target.Raw, isOwn: true);

    /// <summary>
    /// What a parameter asks for; an absolute address counts only below the public origin. A fragment is kept. A second slash at the beginning names a
    /// host, so it is refused here.
    /// </summary>
    public string FromParameter(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return LoggedInPage;
        }

        var origin = urls.PublicOrigin;
        return Accept(origin is not null && value.StartsWith(origin + "/", StringComparison.Ordinal) ? value[origin.Length..] : value, isOwn: false);
    }

    /// <summary>The path of a state or of its cookie, judged again: who knows the secret could have sealed any.</summary>
    public string FromState(string path) => path.Length == 0 ? LoggedInPage : Accept(path, isOwn: true);

    /// <summary>What the state carries of a path: all of it, else the path alone, else <c>/</c>.</summary>
    public static string InState(string path)
    {
        if (path.Length <= MaxInState)
        {
            return path;
        }

        var end = path.AsSpan().IndexOfAny('?', '#');
        return end is > 0 and <= MaxInState ? path[..end] : "/";
    }

    /// <summary>The address of an accepted path in <c>Location</c>: two slashes at its beginning would name a host (RFC 3986 §4.2).</summary>
    public string LocationOf(string path) => path == LoggedInPage ? urls.LoggedInPath
        : !path.StartsWith("//", StringComparison.Ordinal) ? path
        : urls.PublicOrigin is { } origin ? origin + path : "/." + path;

    /// <summary>Address of a new login that comes back to the same page.</summary>
    public string LoginAgain(string path, bool isFresh = false)
    {
        // Two slashes are refused in a parameter; the absolute address is taken.
        var target = path.StartsWith("//", StringComparison.Ordinal) ? "/" : path;
        var query = (target == LoggedInPage ? "" : "return_url=" + Uri.EscapeDataString(target)) + (isFresh ? "&prompt=login" : "");
        return urls.Prefix + "login" + (query.Length == 0 ? "" : "?" + query.TrimStart('&'));
    }

    /// <summary>A login although the proxy says http: only where a person chose it.</summary>
    public string LoginAnyway(string path) => LoginAgain(path) is var address && address.Contains('?', StringComparison.Ordinal) ? address + "&anyway=1" : address + "?anyway=1";

    /// <summary>A login that comes back to the page asked for, and whose address says that the browser was sent to it.</summary>
    public string Moved(RequestTarget target)
    {
        var login = IsLogin(target) ? target.Raw : LoginAgain(FromTarget(target));
        return login + (login.Contains('?', StringComparison.Ordinal) ? "&" : "?") + MovedMark;
    }

    /// <summary>True for an address that <see cref="Moved"/> made.</summary>
    public bool WasMoved(RequestTarget target) =>
        IsLogin(target) && (target.Raw.EndsWith("?" + MovedMark, StringComparison.Ordinal) || target.Raw.EndsWith("&" + MovedMark, StringComparison.Ordinal));

    /// <summary>The same path at the public address.</summary>
    public string PublicAddressOf(RequestTarget target) => (urls.PublicOrigin ?? "") + target.Raw;

    private bool IsLogin(RequestTarget target) => target.Path.StartsWith(urls.Prefix, StringComparison.Ordinal) && target.Path[urls.Prefix.Length..] is "login";

    private string Accept(string raw, bool isOwn)
    {
        var hash = raw.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : raw[hash..];
        raw = hash < 0 ? raw : raw[..hash];
        if (raw.Length + fragment.Length > MaxLength || fragment.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            fragment = "";
        }

        if (raw.Length > MaxLength)
        {
            var question = raw.IndexOf('?', StringComparison.Ordinal);
            raw = question is > 0 and <= MaxLength ? raw[..question] : "/";
        }

        return RequestTarget.TryParse(raw, out var target) && IsSafe(target, isOwn) ? raw + fragment : "/";
    }

    // No backslash that a browser reads as a slash; no dot segments, which could produce a second slash at the beginning; never one of our own actions.
    private bool IsSafe(RequestTarget target, bool isOwn)
    {
        var path = target.Path;
        if ((!isOwn && path.StartsWith("//", StringComparison.Ordinal)) || target.Raw.Contains('\\', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (IsDotSegment(path[range]))
            {
                return false;
            }
        }

        return !path.StartsWith(urls.Prefix, StringComparison.OrdinalIgnoreCase) || path.SequenceEqual(urls.Prefix);
    }

    private static bool IsDotSegment(ReadOnlySpan<char> segment)
    {
        if (segment.Length > 6)
        {
            return false;
        }

        var text = segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
        return text is "." or "..";
    }
}
