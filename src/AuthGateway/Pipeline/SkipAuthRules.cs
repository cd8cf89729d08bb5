using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary><c>SKIP_AUTH_URLS</c>: whole segments of the raw path, case-sensitive; never the query, never an ambiguous path (invariants I2, I3).</summary>
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
