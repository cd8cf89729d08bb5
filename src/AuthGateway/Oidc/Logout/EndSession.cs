using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>The provider's side of a logout: OpenID Connect RP-Initiated Logout 1.0.</summary>
internal sealed class EndSession(GatewayOptions options, ProviderMetadata metadata, LoginStateProtector states, ForwardedIdTokens forwarded)
{
    /// <summary>Longer hints are left out: the address would not pass every proxy.</summary>
    private const int MaxHint = 4096;

    /// <summary><c>LOGOUT_MODE</c>, or what the provider can do.</summary>
    public LogoutMode Mode => Endpoint is null ? LogoutMode.Local : options.Provider.LogoutMode ?? LogoutMode.Provider;

    /// <summary>Origin of the end-session endpoint for a page's <c>form-action</c>.</summary>
    public IReadOnlyList<string> Origins => Endpoint is { } endpoint && Uri.TryCreate(endpoint, UriKind.Absolute, out _) ? [endpoint] : [];

    /// <summary>Where the browser goes after the session ended here; <c>AFTER_LOGOUT_URL</c> when the provider takes no part.</summary>
    public string AddressFor(LogoutMode mode, SessionPayload? payload)
    {
        if (mode == LogoutMode.Local || Endpoint is not { } endpoint)
        {
            return options.Urls.AfterLogoutUrl;
        }

        var parameters = new Dictionary<string, string?> { ["client_id"] = options.Provider.ClientId };
        if (payload?.IdToken is { Length: <= MaxHint } hint)
        {
            // The address stays in histories and logs: what was a hint is no credential.
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

    private string? Endpoint => metadata.TryGet(out var known) && !string.IsNullOrEmpty(known.EndSessionEndpoint) ? known.EndSessionEndpoint : null;
}
