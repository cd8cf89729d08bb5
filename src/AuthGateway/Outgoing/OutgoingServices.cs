using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Outgoing;

/// <summary>Adds the services for outgoing connections and HTTP clients.</summary>
/// <remarks>
/// Owns: the search for an address, certificates, HTTP proxies, the connections to the application.
/// Does not own: what is sent to the provider (<c>Oidc/Provider</c>), to the cluster
/// (<c>Authentication/Kubernetes</c>) or to the application (<c>Proxy</c>).
/// Entry points: none.
/// </remarks>
internal static class OutgoingServices
{
    public static IServiceCollection AddOutgoing(this IServiceCollection services)
    {
        services.TryAddSingleton(Connector.System);
        return services.AddSingleton<OutgoingClients>().AddSingleton<UpstreamConnections>();
    }
}
