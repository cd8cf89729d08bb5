using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Hosting;

/// <summary>
/// Starts Kestrel with <see cref="GatewayApplication"/> in place of the application that the host
/// built.
/// </summary>
internal sealed class DirectServer(IServer kestrel, GatewayApplication gateway) : IServer
{
    public IFeatureCollection Features => kestrel.Features;

    /// <summary>Replaces the registered server by a decorator.</summary>
    public static void Register(IServiceCollection services)
    {
        var kestrel = services.Single(service => service.ServiceType == typeof(IServer));
        services.Remove(kestrel);
        services.AddSingleton<IServer>(provider => new DirectServer(
            (IServer)(kestrel.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, kestrel.ImplementationType!)),
            new GatewayApplication(
                provider.GetRequiredService<ExchangeDelegate>(),
                provider.GetRequiredService<StrangerGate>(),
                provider.GetRequiredService<IServiceScopeFactory>())));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(gateway, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    public void Dispose() => kestrel.Dispose();
}
