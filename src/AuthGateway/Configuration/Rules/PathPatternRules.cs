using System.Text.Json;

namespace AuthGateway.Configuration.Rules;

/// <summary>Reads <c>API_PATHS</c> and <c>SKIP_AUTH_ROUTES</c>.</summary>
internal static class PathPatternRules
{
    private const string Public = "SKIP_AUTH_ROUTES";
    private const string Preflight = "OPTIONS";

    // No rule names these paths by itself: one that matches both matches every path.
    private static readonly string[] Probes = ["/authgateway-b7c1f0d2e9", "/q/authgateway-5f0a/z.x~1"];

    /// <summary>Entries separated by commas and blanks, or a JSON array of strings.</summary>
    public static IReadOnlyList<PathPattern> Read(SettingValues values, string name)
    {
        var patterns = new List<PathPattern>();
        foreach (var entry in Entries(values, name))
        {
            if (PathPattern.Parse(entry, out var problem) is not { } pattern)
            {
                values.Error(name, problem!);
            }
            else if (name == Public && CoversEverything(pattern))
            {
                values.Error(
                    name, $"'{entry}' covers everything: nothing would need a login; write the paths that are public");
            }
            else
            {
                if (name == Public && MatchesAll(pattern, Preflight))
                {
                    values.Warn(
                        name, $"'{entry}' covers every path: no {Preflight} needs a login, and the application answers it");
                }

                WarnOfSlash(values, name, entry);
                patterns.Add(pattern);
            }
        }

        return patterns;
    }

    // A glob covers the whole path.
    private static void WarnOfSlash(SettingValues values, string name, string entry)
    {
        if (entry.EndsWith('/')
            && entry.Contains('*', StringComparison.Ordinal)
            && !entry.Contains('~', StringComparison.Ordinal))
        {
            values.Warn(name, $"'{entry}' matches only paths that end with a slash; write {entry}* for those below");
        }
    }

    private static IReadOnlyList<string> Entries(SettingValues values, string name)
    {
        if (values.Text(name) is not ['[', .., ']'] text)
        {
            return values.List(name) ?? [];
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException)
        {
            values.Error(name, "begins with [ and is no JSON array of strings");
            return [];
        }
    }

    // For any method but that of a preflight, which has no session and neither reads nor writes.
    private static bool CoversEverything(PathPattern pattern) =>
        new[] { "GET", "POST", pattern.Text.Split('=')[0] }.Any(
            method => method != Preflight && MatchesAll(pattern, method));

    private static bool MatchesAll(PathPattern pattern, string method) =>
        Probes.All(path => pattern.Matches(method, path));
}
