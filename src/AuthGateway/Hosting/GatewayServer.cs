using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using AuthGateway.Observability;
using AuthGateway.Proxy;
using AuthGateway.Proxy.Routes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Hosting;

/// <summary>
/// One gateway instance: created from options, started, stopped. Used by the command line, the
/// quickstart and the tests.
/// </summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const int Backlog = 4096;

    private readonly WebApplication _app;
    private readonly GatewayOptions _options;

    private GatewayServer(WebApplication app, GatewayOptions options)
    {
        _app = app;
        _options = options;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>
    /// Address of the main listener (<c>http://127.0.0.1:port</c>), known after
    /// <see cref="StartAsync"/>. Port 0 in the options selects a free port.
    /// </summary>
    public Uri MainAddress => AddressAt(0);

    /// <summary>
    /// Address of the separate ext_authz listener. <c>null</c> when there is none (checks may use
    /// the main listener).
    /// </summary>
    public Uri? ExtAuthzAddress => _options.Server.ExtAuthzPort is null ? null : AddressAt(1);

    public Uri ProbeAddress => AddressAt(_options.Server.ExtAuthzPort is null ? 1 : 2);

    public Uri WebAddress => AddressAt(_options.Server.ExtAuthzPort is null ? 2 : 3);

    /// <param name="options">The operator's settings.</param>
    /// <param name="overrides">Applied last to the services: tests replace the
    /// <see cref="TimeProvider"/> or add a logger.</param>
    public static GatewayServer Create(GatewayOptions options, Action<IServiceCollection>? overrides = null)
    {
        // A bare LF does not end a line. RFC 9112 §2.2 leaves this to the recipient, but two
        // readers in a row must not differ.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        // The empty builder: no configuration sources, logging or middleware by default.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "auth-gateway" });
        builder.Logging.AddGatewayLogging(options.Server);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            KestrelListeners.Open(
                kestrel,
                options.Server,
                kestrel.ApplicationServices.GetRequiredService<ConnectionTable>(),
                kestrel.ApplicationServices.GetRequiredService<StrangerGate>()));
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // The system takes net.core.somaxconn at most, 4096 on Linux. With 512 a flood of
            // connections fills the queue, and others try again after 1 s.
            sockets.Backlog = Backlog;
            // Kestrel's MaxRequestBufferSize does not cover the socket's own pipe, which buffers 1
            // MiB of any client.
            sockets.MaxReadBufferSize = options.Server.Limits.Input;
        });
        DirectServer.Register(builder.Services);
        BoundedListenerFactory.Register(builder.Services);
        builder.Services.AddRoutingCore()
            .AddGateway(options)
            .AddSingleton(services => Handler(services, options.Server));
        builder.AddGatewayMetrics();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = options.Server.WholeShutdown;
            // The gateway's services are supervised (SupervisedService). A failing service of a
            // library must not stop the process either.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        overrides?.Invoke(builder.Services);
        return new GatewayServer(builder.Build(), options);
    }

    /// <summary>Opens the ports and returns, before the gateway is ready.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>Runs until SIGTERM or Ctrl-C.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) =>
        _app.WaitForShutdownAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ExchangeDelegate Handler(IServiceProvider services, ServerOptions server)
    {
        var dispatcher = services.GetRequiredService<RequestDispatcher>();
        var proxy = Proxy(services, server);
        return exchange => dispatcher.HandleAsync(exchange, proxy);
    }

    private static ProxyDelegate Proxy(IServiceProvider services, ServerOptions server)
    {
        if (!server.IsInline)
        {
            return static (_, _) => throw new InvalidOperationException("Nothing is forwarded without an upstream.");
        }

        var proxy = services.GetRequiredService<ProxyMiddleware>();
        if (server.RoutesFile is null)
        {
            ForwardDelegate upstream = services.GetRequiredService<SingleUpstream>().ForwardAsync;
            var hasBasePath = server.Upstream!.AbsolutePath != "/";
            return (context, request) => hasBasePath && ForwardedRequest.LeavesItsPath(request)
                ? PlainText.WriteAsync(context, 400, ForwardedRequest.DotSegmentsText)
                : proxy.HandleAsync(context, request, upstream);
        }

        var routes = ProxyRoutes.Build(services);
        ForwardDelegate byRoute = async (context, request, allow) =>
        {
            context.Features.Set(request);
            context.Features.Set(allow);
            await routes(context);
            return context.Features.Get<IForwarderErrorFeature>()?.Error ?? ForwarderError.None;
        };
        return (context, request) => ForwardedRequest.LeavesItsPath(request)
            ? PlainText.WriteAsync(context, 400, ForwardedRequest.DotSegmentsText)
            : proxy.HandleAsync(context, request, byRoute);
    }

    private Uri AddressAt(int index)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses is null || addresses.Count <= index
            ? throw new InvalidOperationException("The gateway does not listen yet.")
            : new Uri(
                addresses.ElementAt(index)
                    .Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
                    .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
    }
}
