using System.Buffers;

namespace AuthGateway.Model;

/// <summary>Names of cookies: a token (RFC 6265 §4.1.1, RFC 9110 §5.6.2).</summary>
internal static class CookieName
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsToken(ReadOnlySpan<char> name) => name.Length > 0 && !name.ContainsAnyExcept(TokenCharacters);
}
