
namespace AuthGateway.Http;

/// <summary>Tells a person's top-level visit, which deserves a redirect, from everything that must get 401 (contract, "Not authenticated").</summary>
internal static class NavigationRule
{
    public static NavigationKind Classify(AccessRequest request)
    {
        if (!request.IsGetOrHead || request.IsWebSocket || IsScriptedCall(request) || request.Headers.Origin.Count > 0 || IsPrefetch(request)
            || IsPartOfDownload(request))
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

    /// <summary>
    /// True when the browser itself says that nobody opened this as a page: a picture, a script's call, a frame, a prefetch. For the ends of a login, which
    /// change the session. A visit that a service worker passes on has destination <c>empty</c>.
    /// </summary>
    public static bool IsNoVisit(AccessRequest request) => IsPrefetch(request)
        || (request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode) && mode != "navigate")
        || FetchMetadata.Refuses(request);

    /// <summary>
    /// True for a request that is no navigation by the rules above, and whose answer a person reads all the same: what a service worker asks for anew in
    /// the place of a visit (mode <c>same-origin</c>), and a form that was sent from a page.
    /// </summary>
    public static bool IsReadByPerson(AccessRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && (request.IsGetOrHead
            ? request.Single("Sec-Fetch-Mode") == "same-origin" && request.Single("Sec-Fetch-Dest") is null or "empty" && !IsScriptedCall(request) && !IsPrefetch(request)
            : request.Single("Sec-Fetch-Mode") == "navigate" && IsForm(request.Headers.ContentType.ToString()));

    // HTML, form submission: the three encodings.
    private static bool IsForm(string contentType) => contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);

    // Libraries of scripts say XMLHttpRequest. Android's web views send the name of their application with every visit.
    private static bool IsScriptedCall(AccessRequest request) => request.Headers.TryGetValue("X-Requested-With", out var names)
        && names.Any(name => name.AsSpan().Trim().Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase))
        && request.Single("Sec-Fetch-Mode") != "navigate";

    // Today's name, and those of older Chromium, Firefox and Safari.
    private static bool IsPrefetch(AccessRequest request) =>
        Says(request, "Sec-Purpose") || Says(request, "Purpose") || Says(request, "X-Moz") || Says(request, "X-Purpose");

    private static bool Says(AccessRequest request, string name) => request.Headers.TryGetValue(name, out var values)
        && values.ToString() is var purpose
        && (purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase) || purpose.Contains("preview", StringComparison.OrdinalIgnoreCase));

    // A download that goes on (RFC 9110 §14.2): a page of the provider's would be appended to the file. Browsers send Range with a visit only to go on with one.
    private static bool IsPartOfDownload(AccessRequest request) => request.Headers.Range.Count > 0 && request.Single("Sec-Fetch-Mode") != "navigate";

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
