using System.Text.Json;
using AuthGateway.Configuration;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>One fetch of discovery document and key set (OIDC Discovery §4): issuer compared byte for byte, manual endpoints laid over it before the keys are fetched.</summary>
internal sealed class MetadataFetcher(ProviderOptions provider, BackChannel backChannel, ClientAuthentication authentication)
{
    /// <exception cref="MetadataException">With one sentence that names the setting and the next step.</exception>
    public async Task<FetchedMetadata> FetchAsync(CancellationToken cancellationToken)
    {
        var configuration = provider.Endpoints.IsComplete
            ? new OpenIdConnectConfiguration { Issuer = provider.Issuer }
            : await DiscoverAsync(cancellationToken);
        Overlay(configuration);
        Demand(configuration.AuthorizationEndpoint, "authorization_endpoint", "OIDC_AUTH_URL");
        Demand(configuration.TokenEndpoint, "token_endpoint", "OIDC_TOKEN_URL");
        Demand(configuration.JwksUri, "jwks_uri", "OIDC_JWKS_URL");
        await AddKeysAsync(configuration, cancellationToken);
        authentication.Endpoints = EndpointsOf(configuration);
        return new(configuration, configuration.AuthorizationResponseIssParameterSupported);
    }

    private async Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken cancellationToken)
    {
        var address = provider.DiscoveryAddress.ToString();
        var text = await GetAsync(address, "OIDC_PROVIDER", cancellationToken);
        OpenIdConnectConfiguration configuration;
        try
        {
            configuration = OpenIdConnectConfiguration.Create(text);
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidOperationException)
        {
            throw new MetadataException($"OIDC_PROVIDER: {address} did not answer with a discovery document; check the address.", e);
        }

        if (!string.Equals(configuration.Issuer, provider.Issuer, StringComparison.Ordinal))
        {
            throw new MetadataException($"OIDC_PROVIDER says the issuer is \"{provider.Issuer}\", the provider says \"{Printable(configuration.Issuer)}\"; they must be equal byte for byte (a trailing slash counts). Set OIDC_PROVIDER or OIDC_ISSUER to the provider's word.");
        }

        return configuration;
    }

    private void Overlay(OpenIdConnectConfiguration configuration)
    {
        var manual = provider.Endpoints;
        configuration.AuthorizationEndpoint = manual.Authorization ?? configuration.AuthorizationEndpoint;
        configuration.TokenEndpoint = manual.Token ?? configuration.TokenEndpoint;
        configuration.UserInfoEndpoint = manual.UserInfo ?? configuration.UserInfoEndpoint;
        configuration.JwksUri = manual.Jwks ?? configuration.JwksUri;
        configuration.EndSessionEndpoint = manual.EndSession ?? configuration.EndSessionEndpoint;
        configuration.RevocationEndpoint = manual.Revocation ?? configuration.RevocationEndpoint;
    }

    private async Task AddKeysAsync(OpenIdConnectConfiguration configuration, CancellationToken cancellationToken)
    {
        var text = await GetAsync(configuration.JwksUri, "OIDC_JWKS_URL", cancellationToken);
        configuration.SigningKeys.Clear();
        foreach (var key in SigningKeys.Read(text))
        {
            configuration.SigningKeys.Add(key);
        }

        if (configuration.SigningKeys.Count == 0)
        {
            throw new MetadataException($"OIDC_JWKS_URL: the key set at {configuration.JwksUri} holds no usable signing key.");
        }
    }

    private async Task<string> GetAsync(string address, string setting, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new MetadataException($"{setting}: \"{Printable(address)}\" is no http(s) address.");
        }

        try
        {
            using var response = await backChannel.Client.GetAsync(uri, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw new MetadataException($"{setting}: {uri} answered {(int)response.StatusCode}; trying again.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new MetadataException($"{setting}: {uri} cannot be reached ({(e as HttpRequestException)?.HttpRequestError.ToString() ?? "time-out"}); trying again.", e);
        }
    }

    private ClientEndpoints EndpointsOf(OpenIdConnectConfiguration configuration)
    {
        string?[] addresses = [configuration.TokenEndpoint, configuration.PushedAuthorizationRequestEndpoint, configuration.RevocationEndpoint, configuration.IntrospectionEndpoint];
        return new(MethodFor(configuration), [.. addresses.Where(address => !string.IsNullOrEmpty(address)).Select(address => new Uri(address!, UriKind.Absolute))]);
    }

    private ClientAuthMethod MethodFor(OpenIdConnectConfiguration configuration)
    {
        if (provider.ClientAuthMethod is { } chosen)
        {
            return chosen;
        }

        if (provider.ClientSecrets.Current.Count == 0)
        {
            return ClientAuthMethod.None;
        }

        var offered = configuration.TokenEndpointAuthMethodsSupported;
        return offered.Count > 0 && !offered.Contains("client_secret_basic") && offered.Contains("client_secret_post")
            ? ClientAuthMethod.ClientSecretPost
            : ClientAuthMethod.ClientSecretBasic;
    }

    private static void Demand(string? value, string name, string setting)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new MetadataException($"{setting}: the provider's metadata has no {name}; set {setting}.");
        }
    }


    private static string Printable(string? text) => new([.. (text ?? "").Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}

internal sealed record FetchedMetadata(OpenIdConnectConfiguration Configuration, bool AnnouncesIssuerParameter, string? Note = null);

/// <summary>The provider's metadata cannot be used now; the message is fit for the log and <c>/readyz</c>.</summary>
internal sealed class MetadataException(string message, Exception? inner = null) : Exception(message, inner);
