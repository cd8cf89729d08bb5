using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>What the provider wrote in an error response (RFC 6749 §4.1.2.1), as a sentence for the log.</summary>
internal static class CallbackText
{
    /// <summary>With a blank in front; empty when there is no error.</summary>
    public static string Of(AuthorizationResponse parameters) =>
        parameters.Error is { } error ? " " + Of(error, parameters.ErrorDescription ?? "") : "";

    public static string Of(string error, string description) => LogText.Of(
        description.Length > 0 ? $"The provider said: {error}: {description}" : $"The provider said: {error}");
}
