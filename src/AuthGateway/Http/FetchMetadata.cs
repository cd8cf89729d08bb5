namespace AuthGateway.Http;

/// <summary>
/// Checks Fetch Metadata for the gateway's pages with forms. They are served only to a top-level
/// navigation (<c>Sec-Fetch-Dest: document</c>, in browsers that send it), so that a script of an
/// application on the same origin can neither read the form tokens nor frame the page. A navigation
/// that an application's service worker passes on is accepted too: it has mode <c>navigate</c>,
/// which no script may choose (Fetch §5.4, Request constructor), and destination <c>empty</c>.
/// </summary>
internal static class FetchMetadata
{
    public static bool Refuses(AccessRequest request) =>
        request.Headers.ContainsKey("Sec-Fetch-Dest") && request.Single("Sec-Fetch-Dest") switch
        {
            "document" => false,
            "empty" => request.Single("Sec-Fetch-Mode") != "navigate",
            _ => true,
        };
}
