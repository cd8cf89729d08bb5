using System.IO.Enumeration;

namespace AuthGateway.Configuration;

/// <summary>Names with <c>*</c> (any characters) and <c>?</c> (one); every other character stands for itself, case counts.</summary>
internal static class Glob
{
    public static bool Matches(string pattern, string name) => pattern == name
        || (pattern.AsSpan().ContainsAny('*', '?')
            && FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false));
}
