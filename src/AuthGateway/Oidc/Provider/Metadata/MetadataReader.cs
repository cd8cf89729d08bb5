using System.Text.Json;
using AuthGateway.Configuration;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>
/// Builds the provider's configuration from its metadata and the operator's endpoint settings. The
/// issuer is compared byte for byte (OIDC Discovery §4.3). Endpoint settings take precedence over
/// the metadata. <c>OIDC_BACKCHANNEL_ORIGIN</c> replaces the origin of the endpoints that the
/// gateway calls.
/// </summary>
internal sealed class MetadataReader(ProviderOptions provider)
{
    /// <param name="document">Null when all endpoints are configured by settings.</param>
    /// <exception cref="MetadataException">
    /// The document belongs to another issuer, or a required endpoint is missing.
    /// </exception>
    public OpenIdConnectConfiguration Read(DiscoveryDocument? document)
    {
        var configuration = document is null
            ? new OpenIdConnectConfiguration { Issuer = provider.Issuer }
            : Fill(document);
        var manual = provider.Endpoints;
        configuration.AuthorizationEndpoint = manual.Authorization ?? configuration.AuthorizationEndpoint;
        configuration.TokenEndpoint = manual.Token ?? configuration.TokenEndpoint;
        configuration.UserInfoEndpoint = provider.UserInfoIsOff
            ? null
            : manual.UserInfo ?? configuration.UserInfoEndpoint;
        configuration.JwksUri = manual.Jwks ?? configuration.JwksUri;
        configuration.EndSessionEndpoint = manual.EndSession ?? configuration.EndSessionEndpoint;
        configuration.RevocationEndpoint = manual.Revocation ?? configuration.RevocationEndpoint;
        Demand(configuration.AuthorizationEndpoint, "authorization_endpoint", "OIDC_AUTH_URL", document);
        Demand(configuration.TokenEndpoint, "token_endpoint", "OIDC_TOKEN_URL", document);
        return configuration;
    }

    /// <summary>Throws when a required metadata entry is missing.</summary>
    /// <param name="value">The entry's value; null when it is absent or was omitted.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="setting">The setting that replaces the entry.</param>
    /// <param name="document">The metadata; null when there is none.</param>
    /// <param name="otherwise">A further remedy as a sentence.</param>
    /// <exception cref="MetadataException">The entry is absent or was omitted.</exception>
    public static void Demand(
        string? value, string name, string setting, DiscoveryDocument? document, string? otherwise = null)
    {
        if (string.IsNullOrEmpty(value))
        {
            var reason = document?.LeftOut.FirstOrDefault(
                entry => entry.StartsWith(name + " ", StringComparison.Ordinal));
            var error = reason is null
                ? $"{setting}: the provider's metadata has no {name}; set {setting}."
                : $"{setting}: in the provider's metadata {reason}; correct it there, or set {setting}.";
            throw new MetadataException(otherwise is null ? error : $"{error} {otherwise}");
        }
    }

    private OpenIdConnectConfiguration Fill(DiscoveryDocument document)
    {
        ValidateIssuer(document.Text("issuer"));
        var configuration = new OpenIdConnectConfiguration
        {
            Issuer = provider.Issuer,
            AuthorizationEndpoint = document.Address("authorization_endpoint"),
            TokenEndpoint = BackChannelAddress(document.Address("token_endpoint")),
            UserInfoEndpoint = BackChannelAddress(document.Address("userinfo_endpoint")),
            JwksUri = BackChannelAddress(document.Address("jwks_uri")),
            EndSessionEndpoint = document.Address("end_session_endpoint"),
            RevocationEndpoint = BackChannelAddress(document.Address("revocation_endpoint")),
            IntrospectionEndpoint = BackChannelAddress(document.Address("introspection_endpoint")),
            PushedAuthorizationRequestEndpoint =
                BackChannelAddress(document.Address("pushed_authorization_request_endpoint")),
            RequirePushedAuthorizationRequests = document.Flag("require_pushed_authorization_requests"),
            AuthorizationResponseIssParameterSupported =
                document.Flag("authorization_response_iss_parameter_supported"),
        };
        Add(
            configuration.IdTokenSigningAlgValuesSupported,
            document.List("id_token_signing_alg_values_supported"));
        Add(
            configuration.TokenEndpointAuthMethodsSupported,
            document.List("token_endpoint_auth_methods_supported"));
        Add(configuration.GrantTypesSupported, document.List("grant_types_supported"));
        Add(configuration.ScopesSupported, document.List("scopes_supported"));
        return configuration;
    }

    private void ValidateIssuer(string? issuer)
    {
        if (string.Equals(issuer, provider.Issuer, StringComparison.Ordinal))
        {
            return;
        }

        var shown = LogText.Shown(issuer);
        throw new MetadataException(issuer?.Contains("{tenantid}", StringComparison.OrdinalIgnoreCase) == true
            ? "OIDC_PROVIDER: this address serves every tenant of Microsoft Entra (common, organizations): "
                + $"its issuer is a pattern, \"{shown}\", and no token can be compared with it. Set OIDC_PROVIDER "
                + "to your own tenant's address, https://login.microsoftonline.com/TENANT-ID/v2.0."
            : $"OIDC_PROVIDER says the issuer is \"{provider.Issuer}\", the provider says \"{shown}\"; "
                + "they must be equal byte for byte (a trailing slash counts). Set OIDC_PROVIDER or OIDC_ISSUER "
                + "to what the provider says; a Keycloak with two names wants KC_HOSTNAME.");
    }

    // Replaces the origin of addresses on the issuer's own origin only. Endpoints of the provider
    // on other hosts are kept.
    private string? BackChannelAddress(string? address)
    {
        if (address is null
            || provider.BackChannelOrigin is not { } origin
            || !Uri.TryCreate(provider.Issuer, UriKind.Absolute, out var issuer))
        {
            return address;
        }

        var uri = new Uri(address);
        var isOnIssuer = Uri.Compare(
            uri, issuer, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
        return isOnIssuer ? origin.GetLeftPart(UriPartial.Authority) + uri.PathAndQuery : address;
    }

    private static void Add(ICollection<string> target, IEnumerable<string> values)
    {
        foreach (var value in values.Take(100))
        {
            target.Add(value);
        }
    }
}
