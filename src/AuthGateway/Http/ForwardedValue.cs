namespace AuthGateway.Http;

/// <summary>
/// What a trusted proxy wrote into <c>X-Forwarded-Proto</c> and <c>-Host</c>. Of a list (each proxy of a chain adds its own) the first is what the browser
/// used: the outermost proxy must write its own value over a client's, as Traefik and Caddy do by default.
/// </summary>
internal static class ForwardedValue
{
    /// <summary>The first piece between commas; <c>null</c> when there is none.</summary>
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

    /// <summary><c>https</c> or <c>http</c>; a WebSocket's <c>wss</c> and <c>ws</c> are those two; <c>null</c> for anything else. Case does not count.</summary>
    public static string? Scheme(string? value) => First(value)?.ToLowerInvariant() switch
    {
        "https" or "wss" => "https",
        "http" or "ws" => "http",
        _ => null,
    };
}
