using System.Text;

namespace AuthGateway.Configuration.Reading;

/// <summary>The bypass list: an entry that opens more than it says refuses to start.</summary>
internal static class SkipPathRules
{
    private const string Name = "SKIP_AUTH_URLS";

    public static IReadOnlyList<string> Read(SettingValues values, UrlOptions urls)
    {
        var paths = new List<string>();
        foreach (var entry in values.List(Name) ?? [])
        {
            var path = Encoded(entry.TrimEnd('/'));
            if (path == urls.Prefix.TrimEnd('/'))
            {
                values.Warn(Name, $"{entry} is needless: the gateway's own pages need no entry, and it opens nothing else");
            }
            else if (Problem(path, entry, urls) is { } problem)
            {
                values.Error(Name, problem);
            }
            else
            {
                paths.Add(path);
            }
        }

        return [.. paths.Distinct(StringComparer.Ordinal)];
    }

    private static string? Problem(string path, string entry, UrlOptions urls)
    {
        if (path.Length == 0)
        {
            return $"'{entry}' covers everything: nothing would need a login; write the paths that everybody may open";
        }

        if (PathRules.Problem(path) is { } problem)
        {
            return problem;
        }

        if (path.Contains('*', StringComparison.Ordinal))
        {
            return $"'{entry}' has a *; an entry opens everything below it anyway";
        }

        string[] own = [urls.Prefix, urls.CallbackPath, urls.VerifyPath];
        var hit = own.FirstOrDefault(root => PathRules.IsAtOrBelow(root, path) || PathRules.IsAtOrBelow(path, root));
        return hit is null ? null : $"'{entry}' reaches into the gateway's own endpoints at {hit}";
    }

    /// <summary>Letters beyond ASCII travel percent-encoded (RFC 3986 §2.5).</summary>
    private static string Encoded(string path) => string.Concat(path.EnumerateRunes().Select(rune =>
        rune.IsAscii ? rune.ToString() : string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(b => $"%{b:X2}"))));
}
