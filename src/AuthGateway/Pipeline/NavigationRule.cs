using AuthGateway.Model;

namespace AuthGateway.Pipeline;

/// <summary>Tells a person's top-level visit, which deserves a redirect, from everything that must get 401 (contract, "Not authenticated").</summary>
internal static class NavigationRule
{
    public static NavigationKind Classify(AccessRequest request)
    {
        if (!request.IsGetOrHead || request.IsUpgrade || request.Headers.ContainsKey("X-Requested-With") || request.Headers.Origin.Count > 0 || IsPrefetch(request))
        {
            return NavigationKind.None;
        }

        var hasFetchMetadata = request.Headers.ContainsKey("Sec-Fetch-Mode") || request.Headers.ContainsKey("Sec-Fetch-Dest") || request.Headers.ContainsKey("Sec-Fetch-Site");
        if (!hasFetchMetadata)
        {
            return AcceptsPage(request) ? NavigationKind.TopLevel : NavigationKind.None;
        }

        if (request.Single("Sec-Fetch-Mode") != "navigate")
        {
            return NavigationKind.None;
        }

        return request.Single("Sec-Fetch-Dest") is "iframe" or "frame" or "embed" or "object" ? NavigationKind.Frame : NavigationKind.TopLevel;
    }

    /// <summary>True when the browser itself says that nobody opened this as a page: a picture, a script's call, a frame, a prefetch. For the ends of a login, which change the session.</summary>
    public static bool IsNoVisit(AccessRequest request) => IsPrefetch(request)
        || (request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode) && mode != "navigate")
        || (request.Headers.TryGetValue("Sec-Fetch-Dest", out var destination) && destination != "document");

    private static bool IsPrefetch(AccessRequest request) =>
        request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase) || request.Headers["Purpose"] == "prefetch";

    // Scripts that log in by following redirects send */*; a browser's background call sends it too, with a Mozilla/ User-Agent.
    private static bool AcceptsPage(AccessRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Trim() == "*/*")
        {
            return !request.Headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase);
        }

        return accept.Length == 0 || accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}

internal enum NavigationKind { None, TopLevel, Frame }
