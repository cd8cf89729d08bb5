namespace AuthGateway.Http;

/// <summary>
/// Our pages with forms answer only to a visit in a tab of its own (Fetch Metadata: <c>Sec-Fetch-Dest: document</c>, where a browser sends it): a script
/// of an application on the same origin can neither read the proofs in them nor frame them. A visit that an application's service worker passes on is one
/// too: it has mode <c>navigate</c>, which no script may choose (Fetch §5.4, Request constructor), and destination <c>empty</c>.
/// </summary>
internal static class FetchMetadata
{
    public static bool Refuses(AccessRequest request) => request.Headers.ContainsKey("Sec-Fetch-Dest") && request.Single("Sec-Fetch-Dest") switch
    {
        "document" => false,
        "empty" => request.Single("Sec-Fetch-Mode") != "navigate",
        _ => true,
    };
}
