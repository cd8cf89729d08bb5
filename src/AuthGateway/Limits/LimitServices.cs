using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using AuthGateway.Limits.MemoryUse;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>Adds what bounds strangers and the process: connections, requests, texts and bytes under way. Who is asking is decided elsewhere (<c>Pipeline</c>).</summary>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<ProcessLimits>()
        .AddSingleton<LimitReport>()
        .AddSingleton<PeerWarnings>()
        .AddSingleton<ConnectionTable>()
        .AddSingleton<StrangerGate>()
        .AddSingleton<StrangerForwards>()
        .AddHostedService<StrangerWatch>()
        .AddSingleton<IHeap, Heap>()
        .AddHostedService<MemoryReturn>();
}
