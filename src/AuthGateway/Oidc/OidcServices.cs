using AuthGateway.Configuration;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Login.Callback;
using AuthGateway.Oidc.Login.Completion;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Provider.Metadata;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Outgoing;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc;

/// <summary>Adds everything that talks to the OpenID Provider.</summary>
/// <remarks>
/// Owns: metadata and keys, validation of tokens, login, logout, refresh, claims.
/// Does not own: the session that a login makes (<c>Sessions</c>), the decision (<c>Pipeline</c>).
/// Entry points: the callback, the login, the logout and the back-channel logout below the prefix.
/// </remarks>
internal static class OidcServices
{
    public static IServiceCollection AddOidc(this IServiceCollection services) =>
        services.AddProvider().AddLogin().AddRefresh().AddLogout();

    private static IServiceCollection AddProvider(this IServiceCollection services) => services
        .AddSingleton<ClientAuthentication>()
        .AddOutgoing()
        .AddSingleton<ProviderAvailability>()
        .AddHostedService<ProviderWatch>()
        .AddSingleton<ProviderHttpClient>()
        .AddSingleton<MetadataFetcher>()
        .AddSingleton(CreateMetadata)
        .AddHostedService<ProviderRefresh>();

    private static IServiceCollection AddLogin(this IServiceCollection services) => services
        .AddSingleton<LoginStateProtector>()
        .AddSingleton<LoginCookies>()
        .AddSingleton<LoginCounter>()
        .AddSingleton<ProviderPath>()
        .AddSingleton<ConsumedAttempts>()
        .AddSingleton<LoginNonces>()
        .AddSingleton<LoginEvents>()
        .AddSingleton<IOptionsMonitor<OpenIdConnectOptions>, LoginOptions>()
        .AddSingleton<ReturnUrl>()
        .AddSingleton<ClaimsMapper>()
        .AddSingleton<LoginChallenge>()
        .AddSingleton<LoginStarter>()
        .AddSingleton<LoginReadiness>()
        .AddSingleton<LoginStates>()
        .AddSingleton<PlainHttpAdvice>()
        .AddSingleton<AuthorizationResponseValidator>()
        .AddSingleton<CallbackValidator>()
        .AddSingleton<UnansweredTakes>()
        .AddSingleton<CallbackOnce>()
        .AddSingleton<CodeRedemption>()
        .AddSingleton<PreviousUser>()
        .AddSingleton<NewSessionBuilder>()
        .AddSingleton<SessionBeginning>()
        .AddSingleton<LoginReturn>()
        .AddSingleton<SignInLog>()
        .AddSingleton<SignIn>()
        .AddSingleton<CallbackCompletion>()
        .AddSingleton<CallbackEndpoint>()
        .AddSingleton<LoginEndpoint>();

    private static IServiceCollection AddRefresh(this IServiceCollection services) => services
        .AddSingleton<ProviderTokenHandler>()
        .AddSingleton<IRefreshCall, RefreshRequest>()
        .AddSingleton<UserInfoClient>()
        .AddSingleton<IRefreshReader, RefreshedClaims>()
        .AddSingleton<RefreshLog>()
        .AddSingleton<RefreshCompletion>()
        .AddSingleton<RefreshOutcomes>()
        .AddSingleton<RefreshLeases>()
        .AddSingleton<RefreshExchange>()
        .AddSingleton<ShutdownDeadline>()
        .AddSingleton<TokenRefresher>()
        .AddSingleton<UserInfoCheck>()
        .AddSingleton<StrictSessionValidator>()
        .AddHostedService<SessionRefreshService>();

    private static IServiceCollection AddLogout(this IServiceCollection services) => services
        .AddSingleton<EndSession>()
        .AddSingleton<TokenRevoker>()
        .AddSingleton<ITokenRevoker>(provider => provider.GetRequiredService<TokenRevoker>())
        .AddSingleton<BrowserData>()
        .AddSingleton<LogoutPage>()
        .AddSingleton<SessionLogout>()
        .AddSingleton<LogoutEndpoint>()
        .AddSingleton<SignOutEndpoint>()
        .AddSingleton<SignOutTarget>()
        .AddSingleton<LogoutTokenValidator>()
        .AddSingleton<LogoutTokenForm>()
        .AddSingleton<BackChannelLogoutEndpoint>();

    // A signed userinfo response is validated with the provider's keys, which the metadata holds.
    private static ProviderMetadata CreateMetadata(IServiceProvider services)
    {
        var metadata = ActivatorUtilities.CreateInstance<ProviderMetadata>(services);
        var handler = new ProviderTokenHandler(services.GetRequiredService<ProviderOptions>(), metadata)
        {
            Kind = "userinfo answer",
            IsUserInfo = true,
        };
        services.GetRequiredService<ClientAuthentication>().OpenSignedUserInfo = new SignedUserInfo(handler).OpenAsync;
        return metadata;
    }
}
