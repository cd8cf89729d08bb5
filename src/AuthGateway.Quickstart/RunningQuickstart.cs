using System.Net;
using AuthGateway.Hosting;
using AuthGateway.Quickstart.App;
using AuthGateway.Quickstart.Provider;

namespace AuthGateway.Quickstart;

/// <summary>Provider, sample application and gateway, started in this order and wired together.</summary>
internal sealed class RunningQuickstart : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authgateway-quickstart-");

    private RunningQuickstart(Uri publicUrl) => PublicUrl = publicUrl;

    /// <summary>What a browser opens: <c>http://localhost:port</c>.</summary>
    public Uri PublicUrl { get; }

    public DevProvider? Provider { get; private set; }
    public SampleApp? App { get; private set; }
    public GatewayServer? Gateway { get; private set; }

    /// <summary>Starts everything; returns when the gateway says it is ready.</summary>
    /// <exception cref="PortUnavailableException">A port cannot be opened.</exception>
    public static async Task<RunningQuickstart> StartAsync(QuickstartPorts ports, CancellationToken cancellationToken)
    {
        // The public address stands in the settings, so a free port is chosen before the gateway is built: somebody may take it meanwhile.
        for (var left = ports.Gateway == 0 ? 5 : 0; left > 0; left--)
        {
            try
            {
                return await StartAsync(ports, FreePort.Find(), cancellationToken);
            }
            catch (PortUnavailableException) when (left > 1)
            {
                // Another one.
            }
        }

        return await StartAsync(ports, ports.Gateway, cancellationToken);
    }

    private static async Task<RunningQuickstart> StartAsync(QuickstartPorts ports, int port, CancellationToken cancellationToken)
    {
        var quickstart = new RunningQuickstart(new Uri($"http://localhost:{port}"));
        try
        {
            await quickstart.OpenAsync(ports, cancellationToken);
            return quickstart;
        }
        catch
        {
            await quickstart.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await Task.WhenAll(
            Gateway?.StopAsync(limit.Token) ?? Task.CompletedTask,
            App?.StopAsync(limit.Token) ?? Task.CompletedTask,
            Provider?.StopAsync(limit.Token) ?? Task.CompletedTask);
        IAsyncDisposable?[] parts = [Gateway, App, Provider];
        foreach (var part in parts.OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync(QuickstartPorts ports, CancellationToken cancellationToken)
    {
        Provider = await PortUnavailableException.GuardAsync("--provider-port", ports.Provider, () => DevProvider.StartAsync(
            new DevProviderOptions { Port = ports.Provider, Clients = [Client()] }, cancellationToken));
        App = await PortUnavailableException.GuardAsync("--app-port", ports.App, () => SampleApp.StartAsync(ports.App, cancellationToken));
        var options = QuickstartSettings.Read(PublicUrl, Provider.Issuer, App.Address, Path.Combine(_folder.FullName, "sessions.db"));
        Gateway = GatewayServer.Create(options, services => services.AddLogging(logging => logging.AddFilter(LoopbackHost.StartFailures, LogLevel.None)));
        await PortUnavailableException.GuardAsync("--port", PublicUrl.Port, async () =>
        {
            await Gateway.StartAsync(cancellationToken);
            return Gateway;
        });
        await WaitUntilReadyAsync(new Uri(Gateway.ProbeAddress, "/readyz"), cancellationToken);
    }

    private DevClient Client() => new()
    {
        Id = QuickstartSettings.ClientId,
        Secret = QuickstartSettings.ClientSecret,
        RedirectUris = [QuickstartSettings.CallbackOf(PublicUrl)],
        PostLogoutRedirectUris = [QuickstartSettings.CallbackOf(PublicUrl), PublicUrl.AbsoluteUri],
        BackchannelLogoutUri = new Uri(PublicUrl, "/authservice/backchannel-logout"),
    };

    private static async Task WaitUntilReadyAsync(Uri probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (true)
        {
            using var answer = await http.GetAsync(probe, limit.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(100, limit.Token);
        }
    }
}
