namespace AuthGateway.Pages;

/// <summary>A short name of a browser from its User-Agent, for people: "Firefox on Linux". What is not recognised is shown as it is.</summary>
internal static class BrowserName
{
    // The first that matches: Edge and Opera also call themselves Chrome, Chrome also Safari, a phone also Linux or Mac OS X.
    private static readonly (string Mark, string Name)[] Programs = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Mark, string Name)[] Systems =
        [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

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
