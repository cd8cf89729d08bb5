using System.Net;
using AuthGateway.Configuration;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Connections;

/// <summary>
/// Limits the accepted connections of the process. At the limit further ones wait in the kernel's
/// backlog until another has released its descriptor. <see cref="ConnectionTable"/> selects the
/// connections to close; without this class a flood would be accepted faster than sockets are
/// closed, and the process would run out of descriptors.
/// </summary>
internal sealed class BoundedListenerFactory(
    IConnectionListenerFactory inner, ProcessLimits limits, ServerOptions server)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    /// <summary>
    /// Above the limit of the table, so that a new connection is accepted and the table closes an
    /// old one for it.
    /// </summary>
    private const int Slack = 16;

    private readonly SemaphoreSlim _clients = new(limits.Connections + Slack);
    private readonly SemaphoreSlim _probes = new(limits.Probes + Slack);

    /// <summary>Wraps the transport that Kestrel registered.</summary>
    public static void Register(IServiceCollection services)
    {
        var sockets = services.Single(service => service.ServiceType == typeof(IConnectionListenerFactory));
        services.Remove(sockets);
        services.AddSingleton<IConnectionListenerFactory>(provider => new BoundedListenerFactory(
            (IConnectionListenerFactory)ActivatorUtilities.CreateInstance(provider, sockets.ImplementationType!),
            provider.GetRequiredService<ProcessLimits>(),
            provider.GetRequiredService<ServerOptions>()));
    }

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new BoundedListener(await inner.BindAsync(endpoint, cancellationToken), IsProbe(endpoint) ? _probes : _clients);

    public bool CanBind(EndPoint endpoint) =>
        inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public void Dispose()
    {
        _clients.Dispose();
        _probes.Dispose();
    }

    // Port 0 (tests) is chosen by the system and may be any listener.
    private bool IsProbe(EndPoint endpoint) =>
        endpoint is IPEndPoint { Port: > 0 } address
            && (address.Port == server.ProbePort || address.Port == server.MetricsPort);
}
