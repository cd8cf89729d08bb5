using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Matches <c>SKIP_AUTH_URLS</c>: whole segments of the raw path, case-sensitive. The query is
/// never matched, and an ambiguous path never matches.
/// </summary>
internal sealed class SkipAuthRules(AccessOptions access)
{
    private readonly string[] _paths = [.. access.SkipAuthPaths];

    public bool Matches(RequestTarget target)
    {
        foreach (var path in _paths)
        {
            if (path[^1] == '/' ? target.IsBelow(path) : target.IsAtOrBelow(path))
            {
                return true;
            }
        }

        return false;
    }
}
