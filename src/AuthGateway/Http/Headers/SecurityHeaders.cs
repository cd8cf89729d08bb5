namespace AuthGateway.Http.Headers;

/// <summary>
/// Sets the headers of every response that the gateway itself makes, redirects and JSON included
/// (docs/hardening.md).
/// </summary>
internal static class SecurityHeaders
{
    public static void Secure(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
    }
}
