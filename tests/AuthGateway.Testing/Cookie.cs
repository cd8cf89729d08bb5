namespace AuthGateway.Testing;

/// <summary>One <c>Set-Cookie</c> line as a browser reads it (RFC 6265bis §5.6).</summary>
internal sealed record Cookie(string Name, string Value, IReadOnlyDictionary<string, string> Attributes)
{
    public bool IsSecure => Attributes.ContainsKey("secure");

    public string Path => Attributes.TryGetValue("path", out var path) && path.StartsWith('/') ? path : "/";

    /// <summary>A deletion: no life left.</summary>
    public bool IsExpired =>
        Attributes.TryGetValue("max-age", out var age)
            ? int.TryParse(age, out var seconds) && seconds <= 0
            : Attributes.TryGetValue("expires", out var end) && DateTimeOffset.TryParse(end, out var date) && date < DateTimeOffset.UtcNow;

    public static Cookie Parse(string line)
    {
        var parts = line.Split(';', StringSplitOptions.TrimEntries);
        var pair = parts[0].Split('=', 2);
        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1).Select(part => part.Split('=', 2)))
        {
            attributes[part[0]] = part is [_, var value] ? value : "";
        }

        return new Cookie(pair[0], pair.ElementAtOrDefault(1) ?? "", attributes);
    }

    /// <summary>What Chromium demands before it keeps a cookie (RFC 6265bis §5.7: prefixes, Secure only over https, no SameSite=None without Secure).</summary>
    public bool IsAcceptable(bool isHttps) =>
        (isHttps || !IsSecure)
        && (!Name.StartsWith("__Host-", StringComparison.Ordinal) || (IsSecure && Path == "/" && !Attributes.ContainsKey("domain")))
        && (!Name.StartsWith("__Secure-", StringComparison.Ordinal) || IsSecure);
}
