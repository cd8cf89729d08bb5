using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Adds OpenIddict's server as the development provider wants it: code flow with PKCE, RS256, refresh, end-session, plain http.</summary>
internal static class ProviderServices
{
    public static void AddDevProvider(this IServiceCollection services, DevProviderOptions options, Uri issuer, SqliteConnection database)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ProviderKey>();
        services.AddSingleton<OneAtATime>();
        services.AddSingleton<ProviderSessions>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton(new UserDirectory(options.Users));
        services.AddSingleton(provider => new LogoutTokens(
            issuer, provider.GetRequiredService<ProviderKey>(), provider.GetRequiredService<ClientRegistry>(), TimeProvider.System));
        services.AddDbContext<ProviderDatabase>(context => context.UseSqlite(database).UseOpenIddict());
        services.AddAuthentication();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<ProviderDatabase>())
            .AddServer(server => Configure(server, options, issuer));
        services.AddOptions<OpenIddictServerOptions>().Configure<ProviderKey>((server, key) => server.SigningCredentials.Add(key.Credentials));
    }

    private static void Configure(OpenIddictServerBuilder server, DevProviderOptions options, Uri issuer)
    {
        server.SetIssuer(issuer);
        SetPaths(server);
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowRefreshTokenFlow();
        server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, "groups", Scopes.OfflineAccess);
        server.RegisterClaims(Claims.Subject, "sid", Claims.AuthenticationTime, Claims.Name, Claims.PreferredUsername, Claims.Email, Claims.EmailVerified, "groups");
        server.SetAuthorizationCodeLifetime(options.AuthorizationCodeLifetime);
        server.SetAccessTokenLifetime(options.AccessTokenLifetime);
        server.SetIdentityTokenLifetime(options.IdTokenLifetime);
        server.SetRefreshTokenLifetime(options.RefreshTokenLifetime);
        server.AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
        server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler.UseInlineHandler(AnnounceBackchannelLogout));
        server.UseAspNetCore()
            .DisableTransportSecurityRequirement()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough();
    }

    private static void SetPaths(OpenIddictServerBuilder server) => server
        .SetAuthorizationEndpointUris(ProviderPaths.Authorization)
        .SetTokenEndpointUris(ProviderPaths.Token)
        .SetUserInfoEndpointUris(ProviderPaths.UserInfo)
        .SetEndSessionEndpointUris(ProviderPaths.EndSession)
        .SetRevocationEndpointUris(ProviderPaths.Revocation)
        .SetIntrospectionEndpointUris(ProviderPaths.Introspection)
        .SetPushedAuthorizationEndpointUris(ProviderPaths.PushedAuthorization);

    /// <summary>OIDC Back-Channel Logout 1.0 §2.1.</summary>
    private static ValueTask AnnounceBackchannelLogout(HandleConfigurationRequestContext context)
    {
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        return ValueTask.CompletedTask;
    }
}
