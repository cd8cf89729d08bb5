using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Matches <c>SKIP_AUTH_URLS</c> (whole segments of the raw path, case-sensitive) and
/// <c>SKIP_AUTH_ROUTES</c>. The query is never matched, and an ambiguous path never matches.
/// </summary>
internal sealed class SkipAuthRules(AccessOptions access, UrlOptions urls)
{
    /// <summary>Only patterns for every method match it.</summary>
    public const string UnknownMethod = "";

    private readonly string[] _paths = [.. access.SkipAuthPaths];
    private readonly PathPattern[] _routes = [.. access.SkipAuthRoutes];

    public bool Matches(string method, RequestTarget target)
    {
        foreach (var path in _paths)
        {
            if (path[^1] == '/' ? target.IsBelow(path) : target.IsAtOrBelow(path))
            {
                return true;
            }
        }

        return _routes.Length > 0 && MatchesRoute(method, target);
    }

    // A pattern must match the path as it is sent and as an application decodes it. The gateway's
    // own addresses are never public by a pattern.
    private bool MatchesRoute(string method, RequestTarget target)
    {
        if (target.IsAmbiguous || target.IsBelow(urls.Prefix))
        {
            return false;
        }

        var decoded = target.DecodePath();
        foreach (var route in _routes)
        {
            if (route.Matches(method, target.Path) && route.Matches(method, decoded))
            {
                return true;
            }
        }

        return false;
    }
}
