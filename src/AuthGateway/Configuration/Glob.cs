using System.IO.Enumeration;

namespace AuthGateway.Configuration;

/// <summary>
/// Matches names against patterns: <c>*</c> is any characters, <c>?</c> is one; other characters
/// match themselves, case-sensitive.
/// </summary>
internal static class Glob
{
    public static bool Matches(string pattern, string name) => pattern == name
        || (pattern.AsSpan().ContainsAny('*', '?')
            && FileSystemName.MatchesSimpleExpression(
                pattern.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false));
}
