using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using AuthGateway.Limits.MemoryUse;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits;

/// <summary>
/// Adds the limits for strangers and the process: connections, requests, log lines and bytes in
/// use. Authentication is decided in <c>Pipeline</c>.
/// </summary>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<ProcessLimits>()
        .AddSingleton<LimitReport>()
        .AddSingleton<PeerWarnings>()
        .AddSingleton<ConnectionTable>()
        .AddSingleton<LargestStranger>()
        .AddSingleton<StrangerBodies>()
        .AddSingleton<StrangerGate>()
        .AddSingleton<StrangerForwards>()
        .AddHostedService<StrangerWatch>()
        .AddSingleton<BufferPools>()
        .AddSingleton<IMemoryPoolFactory<byte>>(services => services.GetRequiredService<BufferPools>())
        .AddSingleton<IHeap, Heap>()
        .AddHostedService<MemoryReturn>();
}
