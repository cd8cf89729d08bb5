using System.Net;
using AuthGateway.Configuration;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Connections;

/// <summary>
/// Accepts no connection beyond what the process may hold: at the bound the next one waits in the kernel's backlog until another has given its descriptor back.
/// <see cref="ConnectionTable"/> chooses who goes; without this a flood is accepted faster than sockets are closed, and the process runs out of descriptors.
/// </summary>
internal sealed class BoundedListenerFactory(IConnectionListenerFactory inner, ProcessLimits limits, ServerOptions server) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    /// <summary>Beyond the table's own limit, so that a new connection comes in and the table closes an old one for it.</summary>
    private const int Slack = 16;

    private readonly SemaphoreSlim _clients = new(limits.Connections + Slack);
    private readonly SemaphoreSlim _probes = new(limits.Probes + Slack);

    /// <summary>Puts itself in front of the transport that Kestrel registered.</summary>
    public static void Register(IServiceCollection services)
    {
        var sockets = services.Single(service => service.ServiceType == typeof(IConnectionListenerFactory));
        services.Remove(sockets);
        services.AddSingleton<IConnectionListenerFactory>(provider => new BoundedListenerFactory(
            (IConnectionListenerFactory)ActivatorUtilities.CreateInstance(provider, sockets.ImplementationType!),
            provider.GetRequiredService<ProcessLimits>(),
            provider.GetRequiredService<ServerOptions>()));
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new BoundedListener(await inner.BindAsync(endpoint, cancellationToken), IsProbe(endpoint) ? _probes : _clients);

    public bool CanBind(EndPoint endpoint) => inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public void Dispose()
    {
        _clients.Dispose();
        _probes.Dispose();
    }

    // Port 0 is one that the system chooses (tests): it may be any of them.
    private bool IsProbe(EndPoint endpoint) => endpoint is IPEndPoint { Port: > 0 } address && (address.Port == server.ProbePort || address.Port == server.MetricsPort);
}
