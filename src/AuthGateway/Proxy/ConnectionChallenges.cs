using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>
/// Removes the challenges and answers of <c>NTLM</c> and <c>Negotiate</c> (RFC 4559), which
/// authenticate a connection instead of a request. Upstream connections are shared, so the next
/// request on the same connection, from another user, would be authenticated as the first one
/// (docs/decisions/connection-authentication.md).
/// </summary>
internal static class ConnectionChallenges
{
    /// <summary>True when an <c>Authorization</c> header answers such a challenge.</summary>
    public static bool IsAnswer(StringValues authorization)
    {
        foreach (var line in authorization)
        {
            if (line is not null && IsOfConnection(GetScheme(line.AsSpan().TrimStart())))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns <c>WWW-Authenticate</c> (RFC 9110 §11.6.1) without these challenges. The same object
    /// when there was none; empty when nothing is left.
    /// </summary>
    public static StringValues Without(StringValues challenges)
    {
        if (!challenges.Any(line => line is not null
            && (line.Contains("NTLM", StringComparison.OrdinalIgnoreCase)
                || line.Contains("Negotiate", StringComparison.OrdinalIgnoreCase))))
        {
            return challenges;
        }

        var all = challenges.SelectMany(line => Split(line ?? ""));
        return new StringValues([.. all.Where(challenge => !IsOfConnection(GetScheme(challenge)))]);
    }

    // A list element is a challenge when it begins with a token that no equals sign follows.
    // Otherwise it is a parameter of the challenge before.
    private static List<string> Split(string line)
    {
        var challenges = new List<string>();
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"' && (i == 0 || line[i - 1] != '\\'))
            {
                isQuoted = !isQuoted;
            }

            if (i == line.Length || (line[i] == ',' && !isQuoted))
            {
                Add(challenges, line[start..i].Trim());
                start = i + 1;
            }
        }

        return challenges;
    }

    private static void Add(List<string> challenges, string element)
    {
        if (element.Length == 0)
        {
            return;
        }

        var rest = element.AsSpan(GetScheme(element).Length).TrimStart();
        if (challenges.Count > 0 && rest.StartsWith("="))
        {
            challenges[^1] += ", " + element;
        }
        else
        {
            challenges.Add(element);
        }
    }

    private static ReadOnlySpan<char> GetScheme(ReadOnlySpan<char> challenge) =>
        challenge.IndexOfAny(" \t=,") is >= 0 and var end ? challenge[..end] : challenge;

    private static bool IsOfConnection(ReadOnlySpan<char> scheme) =>
        scheme.Equals("NTLM", StringComparison.OrdinalIgnoreCase)
            || scheme.Equals("Negotiate", StringComparison.OrdinalIgnoreCase);
}
