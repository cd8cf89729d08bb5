using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// The options of the OpenID Connect handler. Framework defaults that the gateway does not use are
/// switched off explicitly.
/// </summary>
internal sealed class LoginOptions(
    GatewayOptions gateway,
    ProviderMetadata metadata,
    ProviderHttpClient backChannel,
    LoginEvents events,
    TimeProvider time) : IOptionsMonitor<OpenIdConnectOptions>
{
    private readonly OpenIdConnectOptions _options = Build(gateway, metadata, backChannel, events, time);

    public OpenIdConnectOptions CurrentValue => _options;

    public OpenIdConnectOptions Get(string? name) => _options;

    public IDisposable? OnChange(Action<OpenIdConnectOptions, string?> listener) => null;

    private static OpenIdConnectOptions Build(
        GatewayOptions gateway,
        ProviderMetadata metadata,
        ProviderHttpClient backChannel,
        LoginEvents events,
        TimeProvider time)
    {
        var provider = gateway.Provider;
        var options = new OpenIdConnectOptions
        {
            ClientId = provider.ClientId,
            ConfigurationManager = metadata,
            Backchannel = backChannel.VisitorClient,
            Events = events,
            TimeProvider = time,
            TokenHandler = new ProviderTokenHandler(provider, metadata) { MaxAge = provider.IdTokenMaxAge },
            StateDataFormat = new StateFormat(gateway.Urls.RedirectUri),
            ResponseType = OpenIdConnectResponseType.Code,
            ResponseMode = OpenIdConnectResponseMode.Query,
            AuthenticationMethod = OpenIdConnectRedirectBehavior.RedirectGet,
            UsePkce = false, // LoginEvents sends the code challenge of the attempt.
            GetClaimsFromUserInfoEndpoint = true,
            MapInboundClaims = false,
            SaveTokens = false,
            DisableTelemetry = true,
            UseTokenLifetime = false,
            CallbackPath = gateway.Urls.CallbackPath,
            PushedAuthorizationBehavior = provider.PushedAuthorization switch
            {
                PushedAuthorization.Never => PushedAuthorizationBehavior.Disable,
                PushedAuthorization.Always => PushedAuthorizationBehavior.Require,
                _ => PushedAuthorizationBehavior.UseIfAvailable,
            },
        };
        options.ClaimActions.Clear();
        options.Scope.Clear();
        foreach (var scope in provider.Scopes)
        {
            options.Scope.Add(scope);
        }

        foreach (var (name, value) in provider.ExtraParameters)
        {
            options.AdditionalAuthorizationParameters[name] = value;
        }

        // RequireNonce also makes the handler create a nonce. LoginEvents sets and always validates
        // the attempt's nonce.
        options.ProtocolValidator = new OpenIdConnectProtocolValidator
        {
            RequireNonce = false,
            RequireTimeStampInNonce = false,
            RequireStateValidation = false,
            RequireSub = true,
        };
        return options;
    }

    /// <summary>
    /// Passes the state through: it is already sealed, and the callback endpoint opens it.
    /// </summary>
    private sealed class StateFormat(string redirectUri) : ISecureDataFormat<AuthenticationProperties>
    {
        public const string SealedKey = "sealed";

        public string Protect(AuthenticationProperties data) => data.Items[SealedKey]!;

        public string Protect(AuthenticationProperties data, string? purpose) => Protect(data);

        public AuthenticationProperties Unprotect(string? protectedText) =>
            new(new Dictionary<string, string?>
            {
                [OpenIdConnectDefaults.RedirectUriForCodePropertiesKey] = redirectUri,
            });

        public AuthenticationProperties? Unprotect(string? protectedText, string? purpose) =>
            Unprotect(protectedText);
    }
}
