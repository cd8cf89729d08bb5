using System.Buffers;
using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Checks header names that carry identity: valid, distinct after folding, and not used by HTTP
/// itself.
/// </summary>
internal static class HeaderRules
{
    private static readonly SearchValues<char> Token =
        // RFC 9110 §5.6.2
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] Reserved =
    [
        "authorization", "connection", "content-length", "content-type", "cookie", "host", "keep-alive", "location",
        "origin", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "www-authenticate",
        "x-envoy-auth-headers-to-remove", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",

        // Content headers, which .NET does not accept on a request. The last line changes the
        // meaning of an exchange.
        "allow", "content-disposition", "content-encoding", "content-language", "content-location", "content-md5",
        "content-range", "expires", "last-modified",
        "date", "expect", "proxy-connection", "range",
    ];

    public static bool IsName(string name) => name.Length > 0 && name.AsSpan().IndexOfAnyExcept(Token) < 0;

    /// <summary>
    /// The name in small letters, with <c>-</c> for everything that is no letter or digit. Servers
    /// that make variables of header names (CGI, WSGI) cannot tell names apart that fold alike.
    /// </summary>
    public static string Fold(string name) => string.Create(name.Length, name, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(text[i]) ? char.ToLowerInvariant(text[i]) : '-';
        }
    });

    /// <summary>
    /// The configured name, or <paramref name="fallback"/> when it is invalid (an error is
    /// reported).
    /// </summary>
    public static string Name(SettingValues values, string setting, string fallback)
    {
        var name = values.Text(setting, fallback);
        if (IsName(name))
        {
            return name;
        }

        values.Error(setting, $"'{name}' is no header name");
        return fallback;
    }

    /// <summary>
    /// Checks the managed names against each other, against the names of HTTP, and against the
    /// number of spellings that Envoy can remove.
    /// </summary>
    public static void CheckManaged(
        SettingValues values, IdentityOptions identity, AccessOptions access, bool hasExtAuthz)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        Remember(seen, "AUTH_HEADER", access.AuthHeader ?? "authorization");
        seen.TryAdd(Fold(access.IdTokenHeader), "ID_TOKEN_HEADER");
        foreach (var (setting, header) in Managed(identity))
        {
            var folded = Fold(header);
            if (Reserved.Contains(folded))
            {
                values.Error(setting, $"{header} belongs to HTTP and cannot carry identity");
            }
            else if (!seen.TryAdd(folded, setting))
            {
                values.Error(
                    setting,
                    $"{header} is the same name as {seen[folded]}'s (case and punctuation do not tell names apart)");
            }

            if (hasExtAuthz && folded.Count(c => c == '-') > 4)
            {
                values.Error(
                    setting,
                    $"{header} has more than four dashes, underscores and dots: its spellings cannot all be named "
                    + "to Envoy for removal");
            }
        }
    }

    public static IEnumerable<(string Setting, string Header)> Managed(IdentityOptions identity)
    {
        yield return ("USERID_HEADER", identity.UserIdHeader);
        if (identity.GroupsHeader.Length > 0)
        {
            yield return ("GROUPS_HEADER", identity.GroupsHeader);
        }

        yield return ("AUTH_METHOD_HEADER", identity.AuthMethodHeader);
        if (identity.UserIdTokenHeader is { } token)
        {
            yield return ("USERID_TOKEN_HEADER", token);
        }

        foreach (var (_, header) in identity.ClaimHeaders)
        {
            yield return ("CLAIM_HEADERS", header);
        }
    }

    private static void Remember(Dictionary<string, string> seen, string setting, string header) =>
        seen[Fold(header)] = setting;
}
