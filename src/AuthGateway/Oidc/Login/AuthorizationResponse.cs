using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// The authorization response (RFC 6749 §4.1.2, RFC 9207). A response with a duplicate parameter is
/// refused.
/// </summary>
internal sealed record AuthorizationResponse(
    string? Code, string? State, string? Issuer, string? Error, string? ErrorDescription)
{
    private const int MaxParameters = 100;

    private static readonly string[] Once =
        ["code", "state", "iss", "error", "error_description", "session_state", "id_token", "access_token"];

    // The OpenID Connect handler would read these parameters, ignoring the case of their names.
    private static readonly string[] Never = ["id_token", "access_token"];

    /// <exception cref="LoginFailedException">
    /// A parameter is duplicated, is spelled in another case than the standard's, or belongs to a
    /// flow that is not supported (OIDC Core §3.2, §3.3).
    /// </exception>
    public static AuthorizationResponse Read(string query)
    {
        // A query with too many parameters is not parsed at all: parsing is the expensive part.
        var values = QueryHelpers.ParseQuery(query.AsSpan().Count('&') < MaxParameters ? query : "");
        if (Once.Any(name => values.TryGetValue(name, out var value) && value.Count > 1))
        {
            throw new LoginFailedException(LoginFailure.DuplicateParameter);
        }

        if (Never.Any(values.ContainsKey) || values.Keys.Any(IsMisspelled))
        {
            throw new LoginFailedException(LoginFailure.UnknownParameter);
        }

        return new(Get("code"), Get("state"), Get("iss"), Get("error"), Get("error_description"));

        string? Get(string name) =>
            values.TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;
    }

    private static bool IsMisspelled(string key) =>
        Once.Contains(key, StringComparer.OrdinalIgnoreCase) && !Once.Contains(key, StringComparer.Ordinal);
}
