using System.Net;
using AuthGateway.Configuration;
using AuthGateway.Hosting;
using AuthGateway.Outgoing;

namespace AuthGateway.Testing;

/// <summary>
/// One gateway between a scripted provider and an echoing app, all on loopback. Browsers know it as <c>https://gw.example.test</c>, as if a proxy in
/// front ended TLS. It runs in this process, or as the published program (<see cref="PublishedGateway"/>).
/// </summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string PublicHost = "gw.example.test";
    private readonly TempFolder _folder = new();
    private readonly TimeProvider? _clock;
    private readonly Action<IServiceCollection>? _services;
    private readonly IPAddress[]? _names;
    private readonly Dictionary<string, string> _environment;
    private GatewayServer? _server;
    private PublishedProcess? _process;
    private GatewayAddresses? _addresses;

    private GatewayRig(FakeProvider provider, GatewayMode mode, IReadOnlyDictionary<string, string>? settings, TimeProvider? clock, Action<IServiceCollection>? services, IPAddress[]? names)
    {
        _services = services;
        _names = names;
        Provider = provider;
        Mode = mode;
        _clock = clock;
        _environment = RigSettings.Create(provider, mode == GatewayMode.InLine ? Upstream : null, _folder, settings);
        PublicUrl = _environment.GetValueOrDefault("PUBLIC_URL", "https://" + PublicHost);
    }

    public FakeProvider Provider { get; }

    public EchoUpstream Upstream { get; } = new();

    public GatewayMode Mode { get; }

    public LogCapture Log { get; } = new();

    /// <summary>The gateway's inside.</summary>
    public GatewayServer Server
    {
        get
        {
            PublishedGateway.DemandInside("its services");
            return _server!;
        }
    }

    /// <summary>
    /// Store and seals. Of a published gateway: those of a second one that is not started, as two replicas share them. It is made when it is asked for and
    /// lives as long as the process.
    /// </summary>
    public IServiceProvider SharedServices => (_server ??= GatewayServer.Create(Options)).Services;

    /// <summary>What the server was started with last.</summary>
    public GatewayOptions Options { get; private set; } = null!;

    /// <summary>Origin that browsers see.</summary>
    public string PublicUrl { get; }

    public string StorePath => _environment["SESSION_STORE_PATH"];

    public Uri Address => _addresses!.Main;

    public Uri ProbeAddress => _addresses!.Probe;

    public Uri WebAddress => _addresses!.Web;

    public Uri ExtAuthzAddress => _addresses!.ExtAuthz ?? throw new InvalidOperationException("EXT_AUTHZ_PORT is not set.");

    public string Callback => PublicUrl + "/authservice/oidc/callback";

    /// <param name="mode">Which listener is asked.</param>
    /// <param name="settings">Beside the usual ones, or in their place.</param>
    /// <param name="clock">Another clock; a <see cref="ShiftedClock"/> moves that of a published gateway too.</param>
    /// <param name="provider">Another provider than the usual one.</param>
    /// <param name="waitUntilReady">False: only until it listens.</param>
    /// <param name="services">Changes inside of the gateway; not for a published one.</param>
    /// <param name="names">Addresses that every name outside of loopback has (<c>.test</c>).</param>
    public static async Task<GatewayRig> StartAsync(GatewayMode mode = GatewayMode.InLine, IReadOnlyDictionary<string, string>? settings = null, TimeProvider? clock = null, FakeProvider? provider = null, bool waitUntilReady = true, Action<IServiceCollection>? services = null, IPAddress[]? names = null)
    {
        if (services is not null || (clock is not null && clock is not ShiftedClock))
        {
            PublishedGateway.DemandInside(services is null ? "another clock" : "other services");
        }

        var rig = new GatewayRig(provider ?? await FakeProvider.StartAsync(), mode, settings, clock, services, names);
        try
        {
            await rig.StartServerAsync(waitUntilReady);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the gateway and starts a new one on the same settings and store.</summary>
    public async Task RestartAsync(Action<Dictionary<string, string>>? change = null)
    {
        await StopServerAsync();
        change?.Invoke(_environment);
        await StartServerAsync(waitUntilReady: true);
    }

    /// <summary>After <see cref="StopServerAsync"/>.</summary>
    public Task StartAgainAsync(bool waitUntilReady) => StartServerAsync(waitUntilReady);

    public async Task StopServerAsync()
    {
        await BeginStopAsync(TimeSpan.FromSeconds(_process is null ? 2 : 8));
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _server = PublishedGateway.Program is null ? _server : null;
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _process = null;
    }

    /// <summary>What SIGTERM begins; ends with the gateway, at the limit at the latest.</summary>
    public async Task BeginStopAsync(TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        await (_process?.StopAsync(limit) ?? _server?.StopAsync(end.Token) ?? Task.CompletedTask);
    }

    public Browser NewBrowser() => new(new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase) { [new Uri(PublicUrl).Authority] = Address });

    /// <summary>A browser that is logged in as the provider's user.</summary>
    public async Task<Browser> LogInAsync(ProviderUser? user = null)
    {
        Provider.User = user ?? Provider.User;
        var browser = NewBrowser();
        var (answer, url) = await browser.VisitAsync(PublicUrl + "/start?page=1");
        Assert.True(answer.Status == 200, $"The login ended at {url} with {answer}\n{Log.Text}");
        return browser;
    }

    /// <summary>Logged in up to the session cookie; the page behind may be refused.</summary>
    public async Task<Browser> LogInWithoutUpstreamAsync()
    {
        var browser = NewBrowser();
        await browser.VisitAsync(PublicUrl + "/authservice/login");
        Assert.True(browser.CookiesOf(PublicHostName).ContainsKey("authservice_session"), "No session came of the login.\n" + Log.Text);
        return browser;
    }

    public string SessionOf(Browser browser) => browser.CookiesOf(PublicHostName)["authservice_session"];

    public string PublicHostName => new Uri(PublicUrl).Host;

    public Task<RawResponse> ProbeAsync(string path, string method = "GET") => RawClient.OnceAsync(ProbeAddress, $"{method} {path} HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n");

    /// <summary>A raw request with the gateway's public Host; <paramref name="lines"/> are header lines as they go out.</summary>
    public Task<RawResponse> SendAsync(string method, string target, params IReadOnlyList<string> lines) =>
        RawClient.OnceAsync(Address, $"{method} {target} HTTP/1.1\r\nHost: {new Uri(PublicUrl).Authority}\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");

    /// <inheritdoc cref="StoreFile.SessionRows"/>
    public long StoredRows() => StoreFile.SessionRows(StorePath);

    /// <inheritdoc cref="StoreFile.Bytes"/>
    public string StoredBytes() => StoreFile.Bytes(StorePath);

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await Provider.DisposeAsync();
        Upstream.Dispose();
        _folder.Dispose();
    }

    private async Task StartServerAsync(bool waitUntilReady)
    {
        var environment = PublishedGateway.Program is null ? _environment : PublishedGateway.Environment(_environment);
        var result = SettingsReader.Read(environment, []);
        Assert.True(result.Options is not null, string.Join('\n', result.Errors));
        Options = result.Options;
        await (PublishedGateway.Program is { } program ? StartProcessAsync(program, environment) : StartInProcessAsync());
        if (waitUntilReady)
        {
            await Deadline.UntilAsync(async () => (await ProbeAsync("/readyz")).Status == 200, () => "ready\n" + Log.Text, seconds: PublishedGateway.Program is null ? 15 : 60);
        }
    }

    private async Task StartInProcessAsync()
    {
        _server = GatewayServer.Create(Options, services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
            if (_clock is not null)
            {
                services.AddSingleton(_clock);
            }

            if (_names is { } names)
            {
                services.AddSingleton(new Connector((_, _) => Task.FromResult(names)));
            }

            _services?.Invoke(services);
        });
        await _server.StartAsync();
        _addresses = GatewayAddresses.Of(_server);
    }

    private async Task StartProcessAsync(string program, Dictionary<string, string> environment)
    {
        _addresses = PublishedGateway.Addresses(Options.Server);
        if (_clock is ShiftedClock clock)
        {
            clock.ShareIn(_folder.File("clock"));
            Preload.Clock(environment, _folder.File("clock"));
        }

        if (_names is not null)
        {
            Preload.Names(environment, string.Join(',', _names));
        }

        _process = await PublishedProcess.StartAsync(program, environment, _addresses, Log);
    }
}
