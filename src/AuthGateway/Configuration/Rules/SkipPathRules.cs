using System.Text;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Reads <c>SKIP_AUTH_URLS</c>. An entry that would make more public than it names is an error.
/// </summary>
internal static class SkipPathRules
{
    private const string Name = "SKIP_AUTH_URLS";

    /// <summary>
    /// A path without a trailing slash makes itself and everything below it public, one with it
    /// only what is below (a prefix in oidc-authservice).
    /// </summary>
    public static IReadOnlyList<string> Read(SettingValues values, UrlOptions urls)
    {
        WarnOfBlanks(values);
        var paths = new List<string>();
        foreach (var entry in values.List(Name) ?? [])
        {
            var path = Encoded(entry.TrimEnd('/'));
            if (path == urls.Prefix.TrimEnd('/'))
            {
                values.Warn(
                    Name,
                    $"{entry} is needless: the gateway's own pages need no entry, and it opens nothing else");
            }
            else if (OpensNothing(entry) is { } reason)
            {
                values.Warn(Name, $"'{entry}' opens nothing, as in the replaced service: {reason}");
            }
            else if (Problem(path, entry, urls) is { } problem)
            {
                values.Error(Name, problem);
            }
            else
            {
                paths.Add(entry.EndsWith('/') ? path + "/" : path);
            }
        }

        return [.. paths.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Finds entries that oidc-authservice accepted although they never matched a request. Patterns
    /// of other products stay errors.
    /// </summary>
    private static string? OpensNothing(string entry)
    {
        if (entry.All(c => char.IsLetterOrDigit(c) || c is '/' or '-' or '_' or '.') && !entry.StartsWith('/'))
        {
            return $"it does not begin with /; write /{entry}";
        }

        if (entry.StartsWith('/')
            && entry.EndsWith("/*", StringComparison.Ordinal)
            && entry.Length > 2
            && !entry[..^1].Contains('*', StringComparison.Ordinal))
        {
            return $"a * stands for itself; {entry[..^2]} opens everything below it";
        }

        return entry.StartsWith('/') && entry.IndexOf('?', StringComparison.Ordinal) is > 1 and var query
            ? $"the query is no part of a path; write {entry[..query]}"
            : null;
    }

    // oidc-authservice split at commas only, so two paths with a blank between them were one entry
    // that matched nothing.
    private static void WarnOfBlanks(SettingValues values)
    {
        foreach (var piece in (values.Source.Find(Name) ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece.Any(char.IsWhiteSpace))
            {
                values.Warn(
                    Name,
                    $"'{piece}' is read as several entries here; the replaced service read one that opened nothing. "
                    + "Take out what is to stay closed, and put commas between the others");
            }
        }
    }

    private static string? Problem(string path, string entry, UrlOptions urls)
    {
        if (path.Length == 0)
        {
            return $"'{entry}' covers everything: nothing would need a login; write the paths that are public";
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

    /// <summary>
    /// Percent-encodes non-ASCII characters, as clients send them (RFC 3986 §2.5).
    /// </summary>
    private static string Encoded(string path) => string.Concat(path.EnumerateRunes().Select(rune =>
        rune.IsAscii
            ? rune.ToString()
            : string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(b => $"%{b:X2}"))));
}
