
namespace AuthGateway.Http;

/// <summary>
/// Distinguishes top-level navigations, which are redirected to the login, from all requests that
/// must get 401.
/// </summary>
internal static class NavigationRule
{
    public static NavigationKind Classify(AccessRequest request)
    {
        if (!request.IsGetOrHead
            || request.IsWebSocket
            || IsScriptedCall(request)
            || request.Headers.Origin.Count > 0
            || IsPrefetch(request)
            || IsPartOfDownload(request))
        {
            return NavigationKind.None;
        }

        var hasFetchMetadata = request.Headers.ContainsKey("Sec-Fetch-Mode")
            || request.Headers.ContainsKey("Sec-Fetch-Dest")
            || request.Headers.ContainsKey("Sec-Fetch-Site");
        if (!hasFetchMetadata)
        {
            return AcceptsPage(request) ? NavigationKind.TopLevel : NavigationKind.None;
        }

        if (request.Single("Sec-Fetch-Mode") != "navigate")
        {
            return NavigationKind.None;
        }

        return request.Single("Sec-Fetch-Dest") is "iframe" or "frame" or "embed" or "object"
            ? NavigationKind.Frame
            : NavigationKind.TopLevel;
    }

    /// <summary>
    /// True when the browser's headers show that this is no page visit: an image, a script's
    /// request, a frame, a prefetch. Used for the endpoints that complete a login and change the
    /// session. A navigation that a service worker passes on has destination <c>empty</c> and is
    /// accepted.
    /// </summary>
    public static bool IsNoVisit(AccessRequest request) => IsPrefetch(request)
        || (request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode) && mode != "navigate")
        || FetchMetadata.Refuses(request);

    /// <summary>
    /// True for a top-level GET navigation that the browser says was begun by a page of this origin
    /// or by its user (an address that was typed, a bookmark). False without the headers that say
    /// so: an image, a prefetch and a foreign site's link cannot carry them.
    /// </summary>
    public static bool IsOwnNavigation(AccessRequest request) => request.Method == "GET"
        && request.Single("Sec-Fetch-Site") is "same-origin" or "none"
        && request.Single("Sec-Fetch-Mode") == "navigate"
        && request.Single("Sec-Fetch-Dest") == "document"
        && !IsPrefetch(request);

    /// <summary>
    /// True for a request that is no navigation by the rules above, but whose response is shown to
    /// a user: a request that a service worker makes in place of a navigation (mode
    /// <c>same-origin</c>), and a form that was submitted from a page.
    /// </summary>
    public static bool IsReadByUser(AccessRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && (request.IsGetOrHead
            ? request.Single("Sec-Fetch-Mode") == "same-origin"
                && request.Single("Sec-Fetch-Dest") is null or "empty"
                && !IsScriptedCall(request)
                && !IsPrefetch(request)
            : request.Single("Sec-Fetch-Mode") == "navigate" && IsForm(request.Headers.ContentType.ToString()));

    // The three encodings of a form submission (HTML, form submission algorithm).
    private static bool IsForm(string contentType) =>
        contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);

    // Script libraries send XMLHttpRequest. Android's WebView sends its application's name with
    // every navigation.
    private static bool IsScriptedCall(AccessRequest request) =>
        request.Headers.TryGetValue("X-Requested-With", out var names)
        && names.Any(name => name.AsSpan().Trim().Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase))
        && request.Single("Sec-Fetch-Mode") != "navigate";

    // The current header, and those of older Chromium, Firefox and Safari.
    private static bool IsPrefetch(AccessRequest request) =>
        AsksForPrefetch(request, "Sec-Purpose")
            || AsksForPrefetch(request, "Purpose")
            || AsksForPrefetch(request, "X-Moz")
            || AsksForPrefetch(request, "X-Purpose");

    private static bool AsksForPrefetch(AccessRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values)
        && values.ToString() is var purpose
        && (purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase)
            || purpose.Contains("preview", StringComparison.OrdinalIgnoreCase));

    // A resumed download (RFC 9110 §14.2): the provider's login page would be appended to the file.
    // Browsers send Range with a navigation only to resume a download.
    private static bool IsPartOfDownload(AccessRequest request) =>
        request.Headers.Range.Count > 0 && request.Single("Sec-Fetch-Mode") != "navigate";

    // Scripts that log in by following redirects send */*. A browser's background request sends it
    // too, with a Mozilla/ User-Agent.
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
