using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Login;

/// <summary>The authorization response (RFC 6749 §4.1.2, RFC 9207): each parameter once, or the whole is refused.</summary>
internal sealed record AuthorizationResponse(string? Code, string? State, string? Issuer, string? Error, string? ErrorDescription)
{
    private const int MaxParameters = 100;

    private static readonly string[] Once = ["code", "state", "iss", "error", "error_description", "session_state", "id_token", "access_token"];

    // The handler would read them, and by any spelling of their names.
    private static readonly string[] Never = ["id_token", "access_token"];

    /// <exception cref="LoginFailedException">A parameter stands there twice, in another case than the standard's, or belongs to a flow that is not ours (OIDC Core §3.2, §3.3).</exception>
    public static AuthorizationResponse Read(string query)
    {
        // Cheap refusals first: splitting is what a long query costs.
        var values = QueryHelpers.ParseQuery(query.AsSpan().Count('&') < MaxParameters ? query : "");
        if (Once.Any(name => values.TryGetValue(name, out var value) && value.Count > 1))
        {
            throw new LoginFailedException(LoginFailure.DuplicateParameter);
        }

        if (Never.Any(values.ContainsKey) || values.Keys.Any(key => Once.Contains(key, StringComparer.OrdinalIgnoreCase) && !Once.Contains(key, StringComparer.Ordinal)))
        {
            throw new LoginFailedException(LoginFailure.UnknownParameter);
        }

        return new(Get("code"), Get("state"), Get("iss"), Get("error"), Get("error_description"));

        string? Get(string name) => values.TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;
    }
}
