namespace AuthGateway.Outgoing;

/// <summary>Adds how this process calls others.</summary>
internal static class OutgoingServices
{
    public static IServiceCollection AddOutgoing(this IServiceCollection services) => services
        .AddSingleton(Connector.System)
        .AddSingleton<OutgoingClients>()
        .AddSingleton<UpstreamConnections>();
}
