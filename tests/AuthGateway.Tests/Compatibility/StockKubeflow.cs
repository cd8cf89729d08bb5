using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Hosting;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>
/// The gateway in an old deployment's place: its environment is a release's own, only provider and secret differ; ports and the store's path are
/// moved after the settings were read. Requests are Envoy's checks: no <c>Accept</c>, no <c>Sec-Fetch-*</c>.
/// </summary>
internal sealed class StockKubeflow : IAsyncDisposable
{
    public const string K18 = "kubeflow-1.8";
    public const string K16 = "kubeflow-1.6";
    private readonly TempFolder _folder = new();
    private readonly StockStart _start;

    private StockKubeflow(StockStart start, FakeProvider provider)
    {
        _start = start;
        Provider = provider;
    }

    public FakeProvider Provider { get; }

    public LogCapture Log { get; } = new();

    public GatewayServer Server { get; private set; } = null!;

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public string StorePath => _folder.File("data.db");

    /// <summary>Origin that the browser uses: the public one where the settings tell it.</summary>
    public string Origin { get; private set; } = "http://kf.example.test";

    public static Task<StockKubeflow> StartAsync(string release, params string[] changes) => StartAsync(new StockStart(release) { Changes = changes });

    public static async Task<StockKubeflow> StartAsync(StockStart start)
    {
        var provider = start.Provider ?? await FakeProvider.StartAsync();
        if (start.Provider is null)
        {
            // Like Dex: neither end of session nor revocation.
            provider.User = new ProviderUser("1", "alice@example.com") { Groups = ["a", "b"] };
            provider.EditDiscovery = document =>
            {
                document.Remove("end_session_endpoint");
                document.Remove("revocation_endpoint");
            };
        }

        var stock = new StockKubeflow(start, provider);
        start.PrepareStore(stock.StorePath);
        await stock.StartServerAsync();
        return stock;
    }

    public async Task RestartAsync()
    {
        await StopServerAsync();
        await StartServerAsync();
    }

    /// <summary>One check, byte for byte; <paramref name="lines"/> are header lines beside <c>Host</c>.</summary>
    public Task<RawResponse> CheckAsync(string method, string target, params IEnumerable<string> lines) => SendAsync(Server.MainAddress, method, target, lines);

    public Task<RawResponse> GetAsync(string target, params IEnumerable<string> lines) => CheckAsync("GET", target, lines);

    /// <summary>The check that carries a session as its cookie.</summary>
    public Task<RawResponse> WithCookieAsync(string session, string target = "/") => CheckAsync("GET", target, "Cookie: authservice_session=" + session);

    public Task<RawResponse> WebAsync(string method, string target) => SendAsync(Server.WebAddress, method, target, []);

    public Task<RawResponse> ProbeAsync(string target = "/") => SendAsync(Server.ProbeAddress, "GET", target, []);

    public Browser NewBrowser() => new(new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase) { [new Uri(Origin).Authority] = Server.MainAddress }) { NavigationHeaders = [] };

    /// <summary>First visit, provider, callback: each answer as it was.</summary>
    public async Task<StockLogin> LogInAsync(string target = "/pipeline/?ns=a", Browser? browser = null)
    {
        browser ??= NewBrowser();
        var first = await browser.GetAsync(Origin + target);
        Assert.True(first.Status == 302, $"{first}\n{Log.Text}");
        var callback = await AuthorizeAsync(first.Location!);
        return new StockLogin(browser, first, callback, await browser.GetAsync(Browser.Resolve(Origin, callback)));
    }

    /// <summary>The provider's answer to an authorization request that the browser was sent to, wherever its address points.</summary>
    public async Task<string> AuthorizeAsync(string location)
    {
        var query = location[location.IndexOf('?', StringComparison.Ordinal)..];
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var answer = await http.GetAsync(new Uri(Provider.Address, "/authorize" + query));
        return answer.Headers.Location!.OriginalString;
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await Provider.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<RawResponse> SendAsync(Uri address, string method, string target, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var host = all.Any(line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? "" : "Host: kf.example.test\r\n";
        return RawClient.OnceAsync(address, $"{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{(method == "POST" ? "Content-Length: 0\r\n" : "")}{string.Concat(all.Select(line => line + "\r\n"))}\r\n");
    }

    private async Task StartServerAsync()
    {
        var result = SettingsReader.Read(StockEnvironment.Of(_start.Release, [$"OIDC_PROVIDER={Provider.Issuer}{_start.IssuerSuffix}", "CLIENT_SECRET=" + FakeProvider.ClientSecret, .. _start.Changes]), []);
        Assert.True(result.Options is not null, string.Join('\n', result.Errors));
        Warnings = result.Warnings;
        Origin = result.Options.Urls.PublicOrigin ?? Origin;
        Server = GatewayServer.Create(Moved(result.Options), services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
            if (_start.Clock is { } clock)
            {
                services.AddSingleton(clock);
            }
        });
        await Server.StartAsync();
        if (_start.WaitUntilReady)
        {
            await Deadline.UntilAsync(async () => (await ProbeAsync()).Status == 200, () => "ready\n" + Log.Text);
        }
    }

    private GatewayOptions Moved(GatewayOptions options) => options with
    {
        Session = options.Session with { StorePath = StorePath },
        Server = _start.KeepPorts ? options.Server : options.Server with { Hostname = "127.0.0.1", Port = 0, ProbePort = 0, MetricsPort = 0, WebPort = 0 },
    };

    private async Task StopServerAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Server.StopAsync(limit.Token);
        await Server.DisposeAsync();
    }
}
