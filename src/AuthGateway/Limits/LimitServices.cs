using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using AuthGateway.Limits.MemoryUse;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits;

/// <summary>Adds the limits for connections without a session, and of the process.</summary>
/// <remarks>
/// Owns: the number of connections, requests in progress, header bytes, forwarded requests without
/// an identity, warnings about peers, open files, the return of unused memory.
/// Does not own: the limit for unknown tokens (<c>Authentication/Bearer</c>), that of login attempts
/// (<c>Oidc/Login</c>).
/// Entry points: none; <c>Hosting</c> asks it for each connection and for each request of a
/// stranger.
/// </remarks>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<ProcessLimits>()
        .AddSingleton<LimitReport>()
        .AddSingleton<PeerWarnings>()
        .AddSingleton<ConnectionTable>()
        .AddSingleton<LargestStranger>()
        .AddSingleton<StrangerGate>()
        .AddSingleton<StrangerForwards>()
        .AddHostedService<StrangerWatch>()
        .AddSingleton<BufferPools>()
        .AddSingleton<IMemoryPoolFactory<byte>>(services => services.GetRequiredService<BufferPools>())
        .AddSingleton<IHeap, Heap>()
        .AddHostedService<MemoryReturn>();
}
