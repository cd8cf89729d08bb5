using System.Buffers;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Validates where a login returns to: a path on the gateway's own origin as browsers parse it
/// (WHATWG URL), otherwise <c>/</c>.
/// </summary>
internal sealed class ReturnUrl(UrlOptions urls)
{
    /// <summary>The value for the page "You are logged in".</summary>
    public const string LoggedInPage = "";

    // What a reader of an address might skip, or take for the end of the host.
    private static readonly SearchValues<char> UnusedInOrigins = SearchValues.Create("\\@%\t\r\n ");

    private const string MovedMark = "moved=1";

    /// <summary>
    /// The longest path in the sealed state, in characters: the state stays under 2,000. Longer
    /// paths are stored in a cookie (<see cref="LoginCookies"/>).
    /// </summary>
    private const int MaxInState = 1400;

    /// <summary>
    /// The longest path in a cookie, in characters: sealed and base64url-encoded it stays under
    /// 4,000.
    /// </summary>
    private const int MaxLength = 2900;

    /// <summary>
    /// The page first requested; when too long, its path without the query; when still too long,
    /// <c>/</c>.
    /// </summary>
    public string FromTarget(RequestTarget target) => Accept(target.Raw, isOwn: true);

    /// <summary>
    /// Reads a return address from a parameter. An absolute URL is accepted only on the public
    /// origin. A fragment is kept. A path that starts with two slashes names a host and is refused.
    /// Blanks and non-ASCII characters are percent-encoded again.
    /// </summary>
    public string FromParameter(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return LoggedInPage;
        }

        var path = value[0] == '/' ? value : PathOnOrigin(value);
        return path is null ? "/" : Accept(WebAddress.Escape(path), isOwn: false);
    }

    // Origins are compared part by part: another text may name the same one, and one that begins
    // like it may name another.
    private string? PathOnOrigin(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        if (start < 3 || urls.PublicOrigin is not { } origin)
        {
            return null;
        }

        var length = address.AsSpan(start).IndexOfAny('/', '?', '#');
        var end = length < 0 ? address.Length : start + length;
        if (address.AsSpan(0, end).ContainsAny(UnusedInOrigins)
            || WebAddress.Absolute(address[..end]) is not { UserInfo: "" } named
            || WebAddress.Origin(named) != WebAddress.Origin(new Uri(origin)))
        {
            return null;
        }

        return end < address.Length && address[end] == '/' ? address[end..] : "/" + address[end..];
    }

    /// <summary>
    /// The path of a state or its cookie. It is validated again: a holder of the secret could have
    /// sealed any path.
    /// </summary>
    public string FromState(string path) => path.Length == 0 ? LoggedInPage : Accept(path, isOwn: true);

    /// <summary>
    /// The part of a path that the state carries: all of it, otherwise the path without the query,
    /// otherwise <c>/</c>.
    /// </summary>
    public static string InState(string path)
    {
        if (path.Length <= MaxInState)
        {
            return path;
        }

        var end = path.AsSpan().IndexOfAny('?', '#');
        return end is > 0 and <= MaxInState ? path[..end] : "/";
    }

    /// <summary>
    /// An accepted path as a <c>Location</c> value. Two leading slashes would name a host (RFC 3986
    /// §4.2).
    /// </summary>
    public string LocationOf(string path)
    {
        if (path == LoggedInPage)
        {
            return urls.LoggedInPath;
        }

        if (!path.StartsWith("//", StringComparison.Ordinal))
        {
            return path;
        }

        return urls.PublicOrigin is { } origin ? origin + path : "/." + path;
    }

    /// <summary>The address of a new login that returns to the same page.</summary>
    public string LoginAgain(string path, bool isFresh = false)
    {
        // A parameter with two leading slashes would be refused.
        var target = path.StartsWith("//", StringComparison.Ordinal) ? "/" : path;
        var query = (target == LoggedInPage ? "" : "return_url=" + Uri.EscapeDataString(target))
            + (isFresh ? "&prompt=login" : "");
        return urls.Prefix + "login" + (query.Length == 0 ? "" : "?" + query.TrimStart('&'));
    }

    /// <summary>
    /// The address of a login despite a proxy that reports http. Used only as a link that the user
    /// follows.
    /// </summary>
    public string LoginAnyway(string path)
    {
        var address = LoginAgain(path);
        return address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "anyway=1";
    }

    /// <summary>
    /// The address of a login that returns to the requested page and is marked as the target of a
    /// redirect.
    /// </summary>
    public string Moved(RequestTarget target)
    {
        var login = IsLogin(target) ? target.Raw : LoginAgain(FromTarget(target));
        return login + (login.Contains('?', StringComparison.Ordinal) ? "&" : "?") + MovedMark;
    }

    /// <summary>True for an address built by <see cref="Moved"/>.</summary>
    public bool WasMoved(RequestTarget target) =>
        IsLogin(target)
        && (target.Raw.EndsWith("?" + MovedMark, StringComparison.Ordinal)
            || target.Raw.EndsWith("&" + MovedMark, StringComparison.Ordinal));

    /// <summary>The same path on the public origin.</summary>
    public string PublicAddressOf(RequestTarget target) => (urls.PublicOrigin ?? "") + target.Raw;

    private bool IsLogin(RequestTarget target) =>
        target.Path.StartsWith(urls.Prefix, StringComparison.Ordinal)
        && target.Path[urls.Prefix.Length..] is "login";

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

    // Refuses backslashes, which browsers read as slashes; dot segments, which could produce two
    // leading slashes; and the gateway's own endpoints.
    private bool IsSafe(RequestTarget target, bool isOwn)
    {
        var path = target.Path;
        if ((!isOwn && path.StartsWith("//", StringComparison.Ordinal))
            || target.Raw.Contains('\\', StringComparison.Ordinal))
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
