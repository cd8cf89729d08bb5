namespace AuthGateway.Pages;

/// <summary>
/// Shortens a User-Agent to a readable browser name: "Firefox on Linux". An unknown one is returned
/// unchanged.
/// </summary>
internal static class BrowserName
{
    // The first match counts: Edge and Opera also contain Chrome, Chrome also Safari, phones also
    // Linux or Mac OS X.
    private static readonly (string Mark, string Name)[] Programs =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static string Of(string userAgent)
    {
        if (!userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) || Find(Programs, userAgent) is not { } program)
        {
            return userAgent;
        }

        return Find(Systems, userAgent) is { } system ? $"{program} on {system}" : program;
    }

    private static string? Find((string Mark, string Name)[] known, string userAgent) =>
        Array.Find(known, pair => userAgent.Contains(pair.Mark, StringComparison.Ordinal)).Name;
}
