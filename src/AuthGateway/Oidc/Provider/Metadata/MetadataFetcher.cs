using System.Net;
using System.Text;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Outgoing;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>
/// Fetches the provider's metadata and key set once (OIDC Discovery §4). Entries that cannot be
/// read are omitted and reported. A document that cannot be used at all is a
/// <see cref="MetadataException"/>.
/// </summary>
internal sealed class MetadataFetcher(
    ProviderOptions provider, ProviderHttpClient backChannel, ClientAuthentication authentication)
{
    private const int MaxRedirects = 3;

    /// <exception cref="MetadataException">
    /// The metadata or the key set cannot be used. The message is one sentence that names the
    /// setting and the next step.
    /// </exception>
    public async Task<FetchedMetadata> FetchAsync(CancellationToken cancellationToken)
    {
        var document = provider.Endpoints.IsComplete(provider.UserInfoIsOff)
            ? null
            : await DiscoverAsync(cancellationToken);
        var configuration = new MetadataReader(provider).Read(document);
        var keys = await FetchKeysAsync(configuration, document, cancellationToken);
        foreach (var key in keys.Keys)
        {
            configuration.SigningKeys.Add(key);
        }

        authentication.Endpoints = EndpointsOf(configuration);
        var note = Note([.. document?.LeftOut ?? [], .. keys.LeftOut]);
        var accessTokenIssuer = document?.Text("access_token_issuer");
        return new(configuration, configuration.AuthorizationResponseIssParameterSupported, note)
        {
            AccessTokenIssuer = accessTokenIssuer != provider.Issuer ? accessTokenIssuer : null,
        };
    }

    private async Task<DiscoveryDocument> DiscoverAsync(CancellationToken cancellationToken)
    {
        var address = provider.DiscoveryAddress.ToString();
        var (status, type, text) = await GetAsync(address, "OIDC_PROVIDER", cancellationToken);
        DemandSuccess(status, address, "OIDC_PROVIDER");
        return StrictJson.ReadObject(Encoding.UTF8.GetBytes(text)) is { } document
            ? new DiscoveryDocument(document)
            : throw new MetadataException(
                $"OIDC_PROVIDER: {address} answered with no JSON object that can be read ({Content(type, text)}); "
                + "check the address.");
    }

    private async Task<SigningKeys> FetchKeysAsync(
        OpenIdConnectConfiguration configuration, DiscoveryDocument? document, CancellationToken cancellationToken)
    {
        // With HS256 the client secret is the key; the provider needs no keys of its own.
        var isAnnounced = configuration.IdTokenSigningAlgValuesSupported.Contains(SigningAlgorithms.Hs256);
        var isSecretEnough = provider.AllowHs256 && isAnnounced;
        if (string.IsNullOrEmpty(configuration.JwksUri) && isSecretEnough)
        {
            return SigningKeys.None;
        }

        MetadataReader.Demand(configuration.JwksUri, "jwks_uri", "OIDC_JWKS_URL", document, Cures(isAnnounced));
        var address = configuration.JwksUri;
        var (status, type, text) = await GetAsync(address, "OIDC_JWKS_URL", cancellationToken);
        if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.NoContent
            || (status == HttpStatusCode.OK && string.IsNullOrWhiteSpace(text)))
        {
            return isSecretEnough
                ? SigningKeys.None
                : throw new MetadataException(
                    $"OIDC_JWKS_URL: {address} answered {(int)status} without a key set. "
                    + $"Correct the address if it is wrong. {Cures(isAnnounced)}");
        }

        DemandSuccess(status, address, "OIDC_JWKS_URL");
        var keys = SigningKeys.TryRead(text)
            ?? throw new MetadataException(
                $"OIDC_JWKS_URL: {address} answered with no JSON key set that can be read ({Content(type, text)}); "
                + "trying again.");
        return keys.Keys.Count > 0 || isSecretEnough
            ? keys
            : throw new MetadataException(
                $"OIDC_JWKS_URL: the key set at {address} holds no usable signing key{Because(keys.LeftOut)}. "
                + Cures(isAnnounced));
    }

    // Without published keys there are two remedies: a signing key at the provider, or HS256.
    private string Cures(bool isAnnounced) =>
        "Give the provider a signing key (RS256 or ES256), "
        + (isAnnounced || !provider.AllowHs256
            ? "or set OIDC_ALLOW_HS256=true when it signs this client's ID tokens with CLIENT_SECRET."
            : "or let its metadata announce HS256 (id_token_signing_alg_values_supported): OIDC_ALLOW_HS256 is set, "
                + "and counts without keys only where HS256 is announced.");

    private async Task<(HttpStatusCode Status, string? Type, string Text)> GetAsync(
        string address, string setting, CancellationToken cancellationToken)
    {
        var uri = new Uri(address, UriKind.Absolute);
        try
        {
            for (var hops = 0; ; hops++)
            {
                using var response = await backChannel.Client.GetAsync(uri, cancellationToken);
                if (Redirect(response, uri) is { } target)
                {
                    uri = hops < MaxRedirects && IsSameOrigin(target, uri)
                        ? target
                        : throw new MetadataException(
                            $"{setting}: {uri} answered {(int)response.StatusCode} "
                            + $"and points to {Printable(target.ToString())}; "
                            + "redirects are followed within one origin alone. "
                            + $"Set {setting} to the address it points to.");
                    continue;
                }

                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, text);
            }
        }
        catch (Exception e) when (OutgoingFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(uri, setting, e);
        }
    }

    private MetadataException Unreachable(Uri uri, string setting, Exception e)
    {
        var error = (e as HttpRequestException)?.HttpRequestError;
        if (error == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new MetadataException(
                $"{setting}: {uri} answered with more than {ProviderHttpClient.MaxBytes / 1024} KiB; "
                    + "check the address.",
                e);
        }

        var isElsewhere = setting == "OIDC_JWKS_URL"
            && provider.BackChannelOrigin is null
            && !IsSameOrigin(uri, provider.DiscoveryAddress);
        var hint = isElsewhere
            ? " The address comes from the provider's metadata; "
                + $"OIDC_BACKCHANNEL_ORIGIN={provider.DiscoveryAddress.GetLeftPart(UriPartial.Authority)} "
                + "calls the provider's endpoints where OIDC_PROVIDER is."
            : "";
        return new MetadataException($"{setting}: {uri} {backChannel.Describe(e, uri)}; trying again.{hint}", e);
    }

    private static Uri? Redirect(HttpResponseMessage response, Uri from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently
            or HttpStatusCode.Found
            or HttpStatusCode.TemporaryRedirect
            or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
            ? new Uri(from, location)
            : null;

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(
            one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static void DemandSuccess(HttpStatusCode status, string address, string setting)
    {
        if ((int)status is < 200 or > 299)
        {
            throw new MetadataException($"{setting}: {address} answered {(int)status}; trying again.");
        }
    }

    private ClientEndpoints EndpointsOf(OpenIdConnectConfiguration configuration)
    {
        string?[] addresses =
        [
            configuration.TokenEndpoint,
            configuration.PushedAuthorizationRequestEndpoint,
            configuration.RevocationEndpoint,
            configuration.IntrospectionEndpoint,
        ];
        var known = addresses.Select(ToUri).OfType<Uri>();
        return new(MethodFor(configuration), [.. known])
        {
            UserInfo = ToUri(configuration.UserInfoEndpoint),
        };
    }

    private static Uri? ToUri(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null;

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

    private static string? Note(IReadOnlyList<string> leftOut) =>
        leftOut.Count == 0
            ? null
            : "The provider's metadata or key set has entries that cannot be read; they are left out: "
                + $"{string.Join("; ", leftOut.Take(10))}{(leftOut.Count > 10 ? "; …" : "")}.";

    private static string Because(IReadOnlyList<string> leftOut) =>
        leftOut.Count == 0 ? "" : $" ({string.Join("; ", leftOut.Take(5))})";

    private static string Content(string? type, string text) =>
        $"Content-Type {Printable(type ?? "absent")}, {text.Length} characters";

    private static string Printable(string? text) =>
        new([.. (text ?? "").Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}
