using System.Collections.Concurrent;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthGateway.Quickstart.Provider;

/// <summary>The registered clients: in OpenIddict's tables for the protocol, here for back-channel logout.</summary>
internal sealed class ClientRegistry(IServiceScopeFactory scopes, OneAtATime turns)
{
    private readonly ConcurrentDictionary<string, DevClient> _clients = new(StringComparer.Ordinal);

    public DevClient? Find(string clientId) => _clients.GetValueOrDefault(clientId);

    /// <summary>Registers a client; one with the same id is an error of OpenIddict's.</summary>
    public async Task AddAsync(DevClient client, CancellationToken cancellationToken)
    {
        using var turn = await turns.EnterAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(Describe(client), cancellationToken);
        _clients[client.Id] = client;
    }

    private static OpenIddictApplicationDescriptor Describe(DevClient client)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = client.Id,
            ClientSecret = client.Secret,
            ClientType = client.Secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
            DisplayName = client.Id,
        };
        descriptor.RedirectUris.UnionWith(client.RedirectUris.Select(uri => new Uri(uri)));
        descriptor.PostLogoutRedirectUris.UnionWith(client.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        descriptor.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession, Permissions.Endpoints.Revocation,
            Permissions.Endpoints.Introspection, Permissions.Endpoints.PushedAuthorization,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Prefixes.Scope + "groups",
        ]);
        return descriptor;
    }
}
