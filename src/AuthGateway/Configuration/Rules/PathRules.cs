using System.Buffers;

namespace AuthGateway.Configuration.Rules;

/// <summary>Checks that the paths of rules have one meaning for every server.</summary>
internal static class PathRules
{
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("\\;?#\"<>");

    /// <summary>
    /// Why a path without trailing slash is ambiguous; <c>null</c> when it is not.
    /// </summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            return $"'{path}' does not begin with /";
        }

        if (path.AsSpan().ContainsAny(Ambiguous) || path.Any(c => c is <= ' ' or '\u007f'))
        {
            return $"'{path}' has a character that is read differently by different servers";
        }

        var decoded = Uri.UnescapeDataString(path);
        if (decoded.Count(c => c is '/' or '\\') != path.Count(c => c == '/')
            || decoded.Contains(';', StringComparison.Ordinal))
        {
            return $"'{path}' has an encoded separator";
        }

        return decoded[1..].Split('/').Any(segment => segment is "" or "." or "..")
            ? $"'{path}' has an empty segment or a dot segment"
            : null;
    }

    /// <summary>
    /// True when <paramref name="path"/> is <paramref name="root"/> or below it, compared by
    /// decoded segments.
    /// </summary>
    public static bool IsAtOrBelow(string path, string root)
    {
        var inner = Uri.UnescapeDataString(path).TrimEnd('/');
        var outer = Uri.UnescapeDataString(root).TrimEnd('/');
        return inner == outer || inner.StartsWith(outer + "/", StringComparison.Ordinal);
    }
}
