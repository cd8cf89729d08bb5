using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc;

/// <summary>The authorization response (RFC 6749 §4.1.2, RFC 9207): each parameter once, or the whole is refused.</summary>
internal sealed record CallbackParameters(string? Code, string? State, string? Issuer, string? Error, string? ErrorDescription)
{
    private static readonly string[] Once = ["code", "state", "iss", "error", "error_description", "session_state", "id_token", "access_token"];

    /// <exception cref="LoginFailedException">A parameter stands there twice.</exception>
    public static CallbackParameters Read(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        if (Once.Any(name => values.TryGetValue(name, out var value) && value.Count > 1))
        {
            throw new LoginFailedException(LoginFailure.DuplicateParameter);
        }

        return new(Get("code"), Get("state"), Get("iss"), Get("error"), Get("error_description"));

        string? Get(string name) => values.TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;
    }
}
