using AuthGateway.Proxy;
using AuthGateway.Quickstart.Provider;
using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>A gateway between the development provider and an application, in-line or behind the real Envoy with the header lists of <c>manifests/envoy-filter</c>, as a browser comes to it.</summary>
internal sealed class BrowserStage : IAsyncDisposable
{
    private const string Ann = "10000001";
    private readonly DevProvider _provider;

    private readonly IAsyncDisposable? _front;

    private BrowserStage(DevProvider provider, GatewayProcess gateway, IAsyncDisposable? front, int publicPort) => (_provider, Gateway, _front, PublicPort) = (provider, gateway, front, publicPort);

    public GatewayProcess Gateway { get; }

    public int PublicPort { get; }

    public static Task<BrowserStage> StartAsync(GatewayBinary binary, int application, bool envoy = false, params (string Name, string Value)[] more) =>
        StartAsync(binary, application, envoy ? "envoy" : "in-line", null, more);

    /// <param name="front"><c>in-line</c>, <c>envoy</c>, or a proxy that asks as docs/deploy-forward-auth.md has it: <c>nginx</c>, <c>caddy</c>.</param>
    /// <param name="change">What an operator adds to the guide's configuration.</param>
    public static async Task<BrowserStage> StartAsync(GatewayBinary binary, int application, string front, Func<string, string>? change, params (string Name, string Value)[] more)
    {
        var port = Ports.Free();
        var publicPort = front == "in-line" ? port : Ports.Free();
        var origin = $"http://localhost:{publicPort}";
        var provider = await DevProvider.StartAsync(new DevProviderOptions
        {
            Clients =
            [
                new DevClient
                {
                    Id = "app",
                    Secret = "app-secret",
                    RedirectUris = [origin + "/authservice/oidc/callback"],
                    PostLogoutRedirectUris = [origin + "/authservice/oidc/callback"],
                    BackchannelLogoutUri = new Uri($"http://127.0.0.1:{port}/authservice/backchannel-logout"),
                },
            ],
        });
        // Its first answer takes long on a loaded machine, longer than the gateway waits.
        using (var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) })
            await http.GetStringAsync(new Uri(provider.Issuer + ".well-known/openid-configuration"));
        var settings = new Dictionary<string, string>
        {
            ["SERVER_PORT"] = $"{port}",
            ["OIDC_PROVIDER"] = provider.Issuer,
            ["OIDC_SCOPES"] = "profile email",
            ["CLIENT_ID"] = "app",
            ["CLIENT_SECRET"] = "app-secret",
            ["PUBLIC_URL"] = origin,
        };
        switch (front)
        {
            case "in-line":
                settings["UPSTREAM_URL"] = $"http://127.0.0.1:{application}";
                break;
            case "envoy":
                settings["EXT_AUTHZ_UPSTREAM_HEADERS"] = ShippedFilter.UpstreamHeaders;
                break;
            default:
                settings["TRUSTED_PROXIES"] = "127.0.0.1";
                settings["EXT_AUTHZ_PORT"] = $"{Ports.Free()}";
                break;
        }

        foreach (var (name, value) in more)
            settings[name] = value;
        var launch = new GatewayLaunch { Port = port, Environment = settings };
        var gateway = await GatewayProcess.StartAsync(binary, launch);
        IAsyncDisposable? proxy = front switch
        {
            "in-line" => null,
            "envoy" => await EnvoyProxy.StartAsync(publicPort, port, launch.WebPort, application, ShippedFilter.Settings()),
            _ => await GuideProxy.StartAsync(front, publicPort, port, application, change),
        };
        return new BrowserStage(provider, gateway, proxy, publicPort);
    }

    /// <summary>Puts Ann into so many groups with names of 36 characters.</summary>
    public void PutIntoGroups(int count) => _provider.Users.Set(DevUser.Defaults[0] with { Groups = [.. Enumerable.Range(0, count).Select(i => $"{i:D4}aaaa-bbbb-cccc-dddd-eeeeffff0000"[..36])] });

    public string Url(string path) => $"http://localhost:{PublicPort}{path}";

    /// <summary>Ends the login at the provider, which sends the gateway a logout token.</summary>
    public Task EndAtProviderAsync() => _provider.EndSessionsAsync(Ann);

    /// <summary>The provider's form, wherever it stands.</summary>
    public static async Task FillInAsync(IPage form, string user = "ann")
    {
        await form.WaitForSelectorAsync("input[type=password]");
        await form.FillAsync("input[name=username]", user);
        await form.FillAsync("input[type=password]", $"{user}-password");
        await form.ClickAsync("button[type=submit]");
    }

    /// <summary>Opens a page and logs in on the way.</summary>
    public async Task LogInAsync(IPage page, string path, string user = "ann")
    {
        await page.GotoAsync(Url(path));
        await FillInAsync(page, user);
        await page.WaitForURLAsync(url => url.StartsWith(Url(path.Split('?')[0]), StringComparison.Ordinal));
    }

    /// <summary>Logs in in a new tab, as a person does whose page says that the login has ended; the tab is closed again.</summary>
    public async Task LogInInAnotherTabAsync(IBrowserContext context)
    {
        var tab = await context.NewPageAsync();
        await tab.GotoAsync(Url("/authservice/login"));
        if (!(await tab.ContentAsync()).Contains("You are logged in", StringComparison.Ordinal))
            await FillInAsync(tab);
        await Assertions.Expect(tab.Locator("h1")).ToHaveTextAsync("You are logged in");
        await tab.CloseAsync();
    }

    /// <summary>Logs out in a new tab by our own page.</summary>
    public async Task LogOutInAnotherTabAsync(IBrowserContext context)
    {
        var tab = await context.NewPageAsync();
        await tab.GotoAsync(Url("/authservice/logout"));
        await tab.ClickAsync("main form[method=post] button");
        await tab.WaitForURLAsync(url => url.Contains("after_logout", StringComparison.Ordinal));
        await tab.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
        await Gateway.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
