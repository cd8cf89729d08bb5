using System.Buffers;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// Finds the original target of a check: in the check's own address, or in a trusted proxy's
/// header. Fails when the sources contradict each other.
/// </summary>
internal sealed class OriginalTarget(UrlOptions urls, PublicOrigin publicOrigin, PeerWarnings warnings)
{
    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/?#\\@ ");
    private static readonly string[] Sources = ["X-Original-URI", "X-Forwarded-Uri"];
    private static readonly string[] AllSources = [.. Sources, "X-Original-URL"];

    // No skip rule reaches the prefix, so this target is never public.
    private readonly RequestTarget _noPath = RequestTarget.TryParse(urls.Prefix, out var prefix) ? prefix : default;

    /// <param name="request">
    /// The check; the original path with its query may follow the verify path.
    /// </param>
    /// <param name="original">
    /// The target; the gateway's prefix, which is never public, when the check names none.
    /// </param>
    /// <returns>False when the sources contradict each other or cannot be read.</returns>
    public bool TryFind(AccessRequest request, out RequestTarget original)
    {
        original = _noPath;
        var rest = request.Target.Raw.AsSpan(urls.VerifyPath.Length);
        var found = new List<string>();
        if (rest.Length > 0 && rest[0] == '/')
        {
            found.Add(rest.ToString());
        }

        if (!publicOrigin.IsTrusted(request))
        {
            WarnOfUnread(request, found.Count > 0);
        }
        else if (!TryReadHeaders(request, found))
        {
            return false;
        }

        if (found.Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return false;
        }

        if (found.Count == 0)
        {
            return true;
        }

        if (!RequestTarget.TryParse(found[0], out var target) || DotSegments.Has(target.Path))
        {
            return false;
        }

        original = target;
        return true;
    }

    // Without a path the answer is the same for every path, and public paths need a login too.
    private void WarnOfUnread(AccessRequest request, bool hasPath)
    {
        if (!hasPath && AllSources.FirstOrDefault(request.Headers.ContainsKey) is { } unread)
        {
            warnings.WarnNotTrusted(request.Peer, "verify", unread + " is not read, so only the session is looked at, not the path");
        }
    }

    // A repeated header has no single meaning.
    private static bool TryReadHeaders(AccessRequest request, List<string> found)
    {
        foreach (var name in Sources)
        {
            if (request.Headers.TryGetValue(name, out var values))
            {
                if (values.Count != 1)
                {
                    return false;
                }

                found.Add(values.ToString());
            }
        }

        if (!request.Headers.TryGetValue("X-Original-URL", out var urls))
        {
            return true;
        }

        if (urls.Count != 1 || PathOf(urls.ToString()) is not { } path)
        {
            return false;
        }

        found.Add(path);
        return true;
    }

    /// <summary>
    /// The part after the authority of an absolute http(s) URL (RFC 3986 §3); null for a URL that a
    /// proxy would not write: without a path, or with a user, a query or a fragment before it.
    /// </summary>
    private static string? PathOf(string url)
    {
        var rest = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? url["https://".Length..]
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? url["http://".Length..] : "";
        var end = rest.AsSpan().IndexOfAny(EndOfAuthority);
        return end > 0 && rest[end] == '/' ? rest[end..] : null;
    }
}
