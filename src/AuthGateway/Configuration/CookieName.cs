using System.Buffers;

namespace AuthGateway.Configuration;

/// <summary>Checks cookie names, which are tokens (RFC 6265 §4.1.1, RFC 9110 §5.6.2).</summary>
internal static class CookieName
{
    /// <summary>
    /// Browsers accept such a cookie only with <c>Secure</c>, without <c>Domain</c> and with
    /// <c>Path=/</c>.
    /// </summary>
    public const string HostPrefix = "__Host-";

    private const string SecurePrefix = "__Secure-";

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsToken(ReadOnlySpan<char> name) => name.Length > 0 && !name.ContainsAnyExcept(TokenCharacters);

    /// <summary>
    /// True for a prefixed name, whose attributes browsers enforce (RFC 6265bis §4.1.3).
    /// </summary>
    public static bool HasPrefix(ReadOnlySpan<char> name) => RemovePrefix(name).Length < name.Length;

    /// <summary>
    /// The name without <c>__Host-</c> or <c>__Secure-</c>, compared without case.
    /// </summary>
    public static ReadOnlySpan<char> RemovePrefix(ReadOnlySpan<char> name) =>
        name.StartsWith(HostPrefix, StringComparison.OrdinalIgnoreCase) ? name[HostPrefix.Length..]
        : name.StartsWith(SecurePrefix, StringComparison.OrdinalIgnoreCase) ? name[SecurePrefix.Length..] : name;
}
