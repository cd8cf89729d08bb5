using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Outgoing;

/// <summary>Adds how this process calls others.</summary>
internal static class OutgoingServices
{
    public static IServiceCollection AddOutgoing(this IServiceCollection services)
    {
        services.TryAddSingleton(Connector.System);
        return services.AddSingleton<OutgoingClients>().AddSingleton<UpstreamConnections>();
    }
}
