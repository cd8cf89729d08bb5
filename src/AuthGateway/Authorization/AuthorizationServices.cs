using AuthGateway.Configuration;

namespace AuthGateway.Authorization;

/// <summary>Adds the authorizers; all of them must grant.</summary>
/// <remarks>
/// Owns: <c>EMAIL_DOMAINS</c>, <c>GROUPS_ALLOWLIST</c> and the external authorizer.
/// Does not own: who the user is (<c>Authentication</c>).
/// Entry points: none.
/// </remarks>
internal static class AuthorizationServices
{
    public static IServiceCollection AddAuthorizers(
        this IServiceCollection services, GatewayOptions options) => services
        .AddSingleton<EmailDomainAuthorizer>()
        .AddSingleton<GroupsAuthorizer>()
        .AddSingleton<SessionRules>()
        .AddHostedService<RenewedGroups>()
        .AddSingleton<ExternalAuthorizer>()
        .AddSingleton<IReadOnlyList<IAuthorizer>>(provider =>
        [
            provider.GetRequiredService<EmailDomainAuthorizer>(),
            provider.GetRequiredService<GroupsAuthorizer>(),
            .. options.Access.ExternalAuthzUrl is null
                ? Array.Empty<IAuthorizer>()
                : [provider.GetRequiredService<ExternalAuthorizer>()],
        ]);
}
