using AuthGateway.Authentication.Bearer;
using AuthGateway.Authentication.Kubernetes;

namespace AuthGateway.Authentication;

/// <summary>Adds the authenticators, in the order in which they are asked.</summary>
/// <remarks>
/// Owns: the user of a request, by its session, or by a bearer token of the provider or of the
/// cluster.
/// Does not own: what an authenticated user may do (<c>Authorization</c>).
/// Entry points: none.
/// </remarks>
internal static class AuthenticationServices
{
    public static IServiceCollection AddAuthenticators(this IServiceCollection services) => services
        .AddSingleton<HeaderCredentials>()
        .AddSingleton<SessionCheck>()
        .AddSingleton<SessionAuthenticator>()
        .AddSingleton<TokenIdentity>()
        .AddSingleton<RefusedTokens>().AddSingleton<BrowserLoginTokens>()
        .AddSingleton<IdTokenAuthenticator>()
        .AddSingleton<JwtAccessTokenAuthenticator>()
        .AddSingleton<ProviderTokenClient>()
        .AddSingleton<OpaqueTokenAuthenticator>()
        .AddSingleton<ProviderTokens>()
        .AddCluster()
        .AddSingleton<BearerAuthenticator>()
        .AddSingleton<UnknownTokenAuthenticator>()
        .AddSingleton<IReadOnlyList<IAuthenticator>>(provider =>
        [
            provider.GetRequiredService<SessionAuthenticator>(),
            provider.GetRequiredService<BearerAuthenticator>(),
            provider.GetRequiredService<UnknownTokenAuthenticator>(),
        ]);
}
