using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Outgoing;

/// <summary>Adds the services for outgoing connections and HTTP clients.</summary>
internal static class OutgoingServices
{
    public static IServiceCollection AddOutgoing(this IServiceCollection services)
    {
        services.TryAddSingleton(Connector.System);
        return services.AddSingleton<OutgoingClients>().AddSingleton<UpstreamConnections>();
    }
}
