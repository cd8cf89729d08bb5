namespace AuthGateway.Http;

/// <summary>
/// Reads <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> of a trusted proxy. In a list (each
/// proxy of a chain appends its own value) the first value is the one the browser used. The
/// outermost proxy must overwrite a client's value, as Traefik and Caddy do by default.
/// </summary>
internal static class ForwardedValue
{
    /// <summary>
    /// Returns the first element of a comma-separated list. <c>null</c> when there is none.
    /// </summary>
    public static string? First(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var comma = value.IndexOf(',', StringComparison.Ordinal);
        var first = (comma < 0 ? value.AsSpan() : value.AsSpan(0, comma)).Trim();
        return first.Length == 0 ? null : first.Length == value.Length ? value : first.ToString();
    }

    /// <summary>
    /// Returns <c>https</c> or <c>http</c>. A WebSocket's <c>wss</c> and <c>ws</c> count as those
    /// two. <c>null</c> for anything else. Case-insensitive.
    /// </summary>
    public static string? Scheme(string? value) => First(value)?.ToLowerInvariant() switch
    {
        "https" or "wss" => "https",
        "http" or "ws" => "http",
        _ => null,
    };
}
