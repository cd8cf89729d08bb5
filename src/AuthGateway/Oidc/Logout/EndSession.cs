using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Builds the logout request to the provider (OpenID Connect RP-Initiated Logout 1.0).
/// </summary>
internal sealed class EndSession(
    GatewayOptions options, ProviderMetadata metadata, LoginStateProtector states, ForwardedIdTokens forwarded)
{
    /// <summary>
    /// The longest <c>id_token_hint</c> in characters. Longer ones are omitted: the URL would be
    /// too long for some proxies.
    /// </summary>
    private const int MaxHint = 4096;

    /// <summary>
    /// <c>LOGOUT_MODE</c>; by default <c>provider</c> if the provider has an end-session endpoint.
    /// Without the endpoint always local.
    /// </summary>
    public LogoutMode Mode =>
        Endpoint is null ? LogoutMode.Local : options.Provider.LogoutMode ?? LogoutMode.Provider;

    /// <summary>The mode of one logout.</summary>
    /// <param name="asked">
    /// What the user chose: <c>local</c>, or anything else for the provider. It counts only where
    /// <see cref="Mode"/> leaves the choice.
    /// </param>
    public LogoutMode ModeFor(string? asked) => Mode switch
    {
        LogoutMode.Ask => asked == "local" ? LogoutMode.Local : LogoutMode.Provider,
        var fixedMode => fixedMode,
    };

    /// <summary>
    /// The end-session endpoint for the <c>form-action</c> of a page's Content-Security-Policy.
    /// </summary>
    public IReadOnlyList<string> Origins =>
        Endpoint is { } endpoint && Uri.TryCreate(endpoint, UriKind.Absolute, out _) ? [endpoint] : [];

    /// <summary>
    /// Where the browser is redirected after the session has ended: the end-session endpoint, or
    /// <c>AFTER_LOGOUT_URL</c> for a local logout.
    /// </summary>
    public string BuildUrl(LogoutMode mode, SessionPayload? payload)
    {
        if (mode == LogoutMode.Local || Endpoint is not { } endpoint)
        {
            return options.Urls.AfterLogoutUrl;
        }

        var parameters = new Dictionary<string, string?> { ["client_id"] = options.Provider.ClientId };
        if (payload?.IdToken is { Length: <= MaxHint } hint)
        {
            // URLs remain in browser histories and logs: an ID token sent as a hint is no longer
            // accepted as a credential.
            forwarded.Remember(hint, payload.IdTokenExpiresAtSeconds);
            parameters["id_token_hint"] = hint;
        }

        if (options.Urls.PostLogoutRedirectUri is { } back)
        {
            parameters["post_logout_redirect_uri"] = back;
            parameters["state"] = states.SealLogout();
        }

        return EndpointQuery.WithMissing(endpoint, parameters);
    }

    private string? Endpoint =>
        metadata.TryGet(out var known) && !string.IsNullOrEmpty(known.EndSessionEndpoint)
            ? known.EndSessionEndpoint
            : null;
}
