using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Formats the provider's error response (RFC 6749 §4.1.2.1) as a sentence for the log.
/// </summary>
internal static class CallbackText
{
    /// <summary>The sentence with a leading space; empty when there is no error.</summary>
    public static string Of(AuthorizationResponse parameters) =>
        parameters.Error is { } error ? " " + Of(error, parameters.ErrorDescription ?? "") : "";

    public static string Of(string error, string description) => LogText.Of(
        description.Length > 0 ? $"The provider said: {error}: {description}" : $"The provider said: {error}");
}
