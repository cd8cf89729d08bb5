using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>
/// <c>NTLM</c> and <c>Negotiate</c> (RFC 4559) log a connection in, not a request. Upstream connections are shared, so the next request on it, another person's, would have
/// the first one's name. Their challenges and answers do not pass (docs/decisions/connection-authentication.md).
/// </summary>
internal static class ConnectionChallenges
{
    /// <summary>True when an <c>Authorization</c> header is an answer to such a challenge.</summary>
    public static bool IsAnswer(StringValues authorization)
    {
        foreach (var line in authorization)
        {
            if (line is not null && IsOfConnection(SchemeOf(line.AsSpan().TrimStart())))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>WWW-Authenticate</c> (RFC 9110 §11.6.1) without them; the same object when there was none. Empty when nothing is left.</summary>
    public static StringValues Without(StringValues challenges)
    {
        if (!challenges.Any(line => line is not null && (line.Contains("NTLM", StringComparison.OrdinalIgnoreCase) || line.Contains("Negotiate", StringComparison.OrdinalIgnoreCase))))
        {
            return challenges;
        }

        return new StringValues([.. challenges.SelectMany(line => Split(line ?? "")).Where(challenge => !IsOfConnection(SchemeOf(challenge)))]);
    }

    // A list's element is a challenge when it begins with a token that no equals sign follows; else a parameter of the challenge before.
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

        var rest = element.AsSpan(SchemeOf(element).Length).TrimStart();
        if (challenges.Count > 0 && rest.StartsWith("="))
        {
            challenges[^1] += ", " + element;
        }
        else
        {
            challenges.Add(element);
        }
    }

    private static ReadOnlySpan<char> SchemeOf(ReadOnlySpan<char> challenge) => challenge.IndexOfAny(" \t=,") is >= 0 and var end ? challenge[..end] : challenge;

    private static bool IsOfConnection(ReadOnlySpan<char> scheme) =>
        scheme.Equals("NTLM", StringComparison.OrdinalIgnoreCase) || scheme.Equals("Negotiate", StringComparison.OrdinalIgnoreCase);
}
