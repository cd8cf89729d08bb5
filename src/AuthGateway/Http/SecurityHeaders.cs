namespace AuthGateway.Http;

/// <summary>What every answer of our own carries, redirects and JSON included (invariant I22).</summary>
internal static class SecurityHeaders
{
    public static void Secure(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
    }
}
