namespace AuthGateway.Model;

/// <summary>
/// Our pages with forms answer only to a visit in a tab of its own (Fetch Metadata: <c>Sec-Fetch-Dest: document</c>, where a browser sends it): a script
/// of an application on the same origin can neither read the proofs in them nor frame them.
/// </summary>
internal static class OwnTabRule
{
    public static bool Refuses(AccessRequest request) => request.Headers.ContainsKey("Sec-Fetch-Dest") && request.Single("Sec-Fetch-Dest") != "document";
}
