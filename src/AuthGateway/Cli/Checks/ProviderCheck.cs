using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Endpoints.Account;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Provider.Metadata;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Outgoing;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks discovery, issuer, keys, algorithms, client secret, redirect URI and clock with the same
/// HTTP client as logins (OIDC Discovery §4.3, OIDC Core §3.1.3.7).
/// </summary>
internal sealed class ProviderCheck(GatewayOptions options, TimeProvider time)
{
    private readonly ProviderOptions _provider = options.Provider;

    private static readonly string[] Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    private static readonly string[] Ecdsa = ["ES256", "ES384", "ES512"];

    /// <summary>
    /// Areas that could be checked; the clock only when the provider sends a <c>Date</c>.
    /// </summary>
    public IReadOnlyList<string> Looked { get; private set; } = [];

    public async Task<IReadOnlyList<CheckFinding>> LookAsync(CancellationToken cancellationToken)
    {
        using var authentication = new ClientAuthentication(_provider);
        using var backChannel = new ProviderHttpClient(
            _provider, authentication, new OutgoingClients(Connector.System, _provider), new ProviderAvailability());
        try
        {
            var fetched = await new MetadataFetcher(_provider, backChannel, authentication)
                .FetchAsync(cancellationToken);
            var configuration = fetched.Configuration;
            var endpoint = string.IsNullOrEmpty(configuration.JwksUri)
                ? configuration.TokenEndpoint
                : configuration.JwksUri;
            var clock = await new ClockCheck(backChannel.Client, time).LookAsync(new Uri(endpoint), cancellationToken);
            Looked = clock is null ? [CheckArea.Client] : [CheckArea.Client, CheckArea.Clock];
            return
            [
                .. Algorithms(configuration),
                .. StrictSessionValidator(configuration),
                .. await new ClientCheck(_provider, backChannel.Client)
                    .LookAsync(configuration.TokenEndpoint, cancellationToken),
                .. await AuthorizationAsync(configuration, backChannel, cancellationToken),
                .. await new EndSessionCheck(options, backChannel.Client)
                    .LookAsync(configuration.EndSessionEndpoint, cancellationToken),
                .. clock ?? [],
            ];
        }
        catch (MetadataException e)
        {
            var problem = e.Message.Replace("; trying again.", ".", StringComparison.Ordinal);
            return [new(CheckArea.Provider, problem, NextStep(e))];
        }
    }

    // With pushed authorization requests a plain request would be rejected, so it is not tried.
    private async Task<IReadOnlyList<CheckFinding>> AuthorizationAsync(
        OpenIdConnectConfiguration configuration,
        ProviderHttpClient backChannel,
        CancellationToken cancellationToken) =>
        _provider.PushedAuthorization == PushedAuthorization.Always || configuration.RequirePushedAuthorizationRequests
            ? []
            : await new AuthorizationCheck(_provider, options.Urls.RedirectUri, backChannel.Client)
                .LookAsync(configuration.AuthorizationEndpoint, cancellationToken);

    private IEnumerable<CheckFinding> Algorithms(OpenIdConnectConfiguration configuration)
    {
        string[] announced = [.. configuration.IdTokenSigningAlgValuesSupported];
        var accepted = SigningAlgorithms.Accepted(_provider, announced, isAccessToken: false);
        string[] usable = announced.Length == 0 ? [.. accepted] : [.. accepted.Intersect(announced)];
        var announcedNames = announced.Length == 0 ? "no algorithm" : string.Join(", ", announced.Take(20));
        var lists = $"The provider announces {announcedNames} for ID tokens; "
            + $"accepted are {string.Join(", ", accepted)} (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256)";
        if (usable.Length == 0)
        {
            yield return new(CheckArea.Provider, lists + ": none of them is accepted.",
                "Let the provider sign this client's ID tokens with RS256 or ES256, or name its algorithm in "
                    + "OIDC_SIGNING_ALGS.");
        }
        else if (!usable.Contains(SigningAlgorithms.Hs256)
            && !configuration.SigningKeys.OfType<JsonWebKey>().Any(key => Fits(key, usable)))
        {
            yield return new(
                CheckArea.Provider,
                $"No key at {configuration.JwksUri} fits the accepted algorithms {string.Join(", ", usable)}.",
                "Give the provider a signing key for one of these algorithms, or correct OIDC_JWKS_URL.");
        }
        else if (announced.Except(accepted).Any())
        {
            yield return new(
                CheckArea.Provider,
                lists + ".",
                "Nothing when this client is registered for an accepted one; else name its algorithm in "
                + "OIDC_SIGNING_ALGS.")
            { Level = FindingLevel.Hint };
        }

        if (_provider.AllowHs256 && announced.Length > 0 && !announced.Contains(SigningAlgorithms.Hs256))
        {
            yield return new(
                CheckArea.Provider,
                "OIDC_ALLOW_HS256 is on, and the provider does not announce HS256.",
                "Remove OIDC_ALLOW_HS256, or let the provider sign this client's ID tokens with HS256 and "
                + "CLIENT_SECRET.");
        }
    }

    /// <summary>
    /// Checks that the provider has what <c>STRICT_SESSION_VALIDATION</c> needs: userinfo and
    /// refresh tokens.
    /// </summary>
    private IEnumerable<CheckFinding> StrictSessionValidator(OpenIdConnectConfiguration configuration)
    {
        if (!_provider.StrictSessionValidation)
        {
            yield break;
        }

        if (string.IsNullOrEmpty(configuration.UserInfoEndpoint))
        {
            yield return new(
                CheckArea.Provider,
                "STRICT_SESSION_VALIDATION asks userinfo, and the provider has no such endpoint: "
                + "no request would pass.",
                "Set OIDC_USERINFO_URL, or turn STRICT_SESSION_VALIDATION off.");
        }

        if (configuration.GrantTypesSupported is { Count: > 0 } grants && !grants.Contains("refresh_token"))
        {
            yield return new(
                CheckArea.Provider,
                "STRICT_SESSION_VALIDATION asks with the access token, and the provider offers no refresh tokens: "
                + "every login would end with its access token.",
                "Let the provider give refresh tokens (offline_access in OIDC_SCOPES where it wants that), or turn "
                    + "STRICT_SESSION_VALIDATION off.");
        }
    }

    private static bool Fits(JsonWebKey key, string[] accepted) =>
        accepted.Intersect(key.Kty == JsonWebAlgorithmsKeyTypes.RSA ? Rsa : Ecdsa)
            .Any(algorithm => string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm);

    private static string NextStep(MetadataException e) =>
        e.InnerException is { } failure && OutgoingFailure.IsTls(failure)
        ? "Do what the sentence says, then run check again."
        : "Correct the setting named here, or make the provider answer at that address from this machine (name, "
            + "port, firewall, HTTPS_PROXY).";
}
