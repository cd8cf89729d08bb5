using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// One gateway on ext_authz that gives applications the ID token, behind two real Envoys: the shipped EnvoyFilter and the
/// extension provider of docs/deploy-istio-provider.md. The provider is the scripted one.
/// </summary>
public sealed class EnvoyStage(GatewayBinary binary) : IAsyncDisposable
{
    private const string UpstreamHeaders = "kubeflow-userid,kubeflow-groups,auth-method,cookie,authorization";
    private readonly List<EnvoyProxy> _proxies = [];
    private GatewayProcess? _gateway;
    private Task? _started;

    internal FakeProvider Provider { get; private set; } = null!;

    internal EchoUpstream Upstream { get; } = new();

    internal string GatewayLog => _gateway!.Log;

    /// <summary>A browser of its own for each way in.</summary>
    internal IReadOnlyList<Browser> NewBrowsers() =>
        [.. _proxies.Select(proxy => new Browser(new Dictionary<string, Uri> { [StoreGateway.PublicHost] = new($"http://127.0.0.1:{proxy.Port}") }))];

    /// <summary>Starts it once, for the first test that asks.</summary>
    /// <remarks>xunit reports a fixture that starts by itself as failed where a part is missing, a test as skipped.</remarks>
    internal Task StartAsync() => _started ??= StartOnceAsync();

    private async Task StartOnceAsync()
    {
        EnvoyProxy.Home();
        Provider = await FakeProvider.StartAsync();
        var port = Ports.Free();
        var launch = new GatewayLaunch
        {
            Port = port,
            Environment = new Dictionary<string, string>
            {
                ["OIDC_PROVIDER"] = Provider.Issuer,
                ["OIDC_SCOPES"] = "profile email",
                ["CLIENT_ID"] = FakeProvider.ClientId,
                ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
                ["PUBLIC_URL"] = StoreGateway.PublicUrl,
                ["SERVER_HOSTNAME"] = "127.0.0.1",
                ["SERVER_PORT"] = $"{port}",
                ["FORWARD_ID_TOKEN"] = "true",
                ["EXT_AUTHZ_UPSTREAM_HEADERS"] = UpstreamHeaders,
                ["SESSION_REFRESH_MIN_INTERVAL"] = "1s",
            },
        };
        _gateway = await GatewayProcess.StartAsync(binary, launch);
        _proxies.Add(await EnvoyProxy.StartAsync(
            Ports.Free(), port, launch.WebPort, Upstream.Address.Port, [.. ShippedFilter.Settings(), ("UPSTREAM_HEADERS", UpstreamHeaders)]));
        _proxies.Add(await EnvoyProxy.StartAsync(
            "istio-extension-provider-http", Ports.Free(), port, launch.WebPort, Upstream.Address.Port, [.. ShippedFilter.ProviderSettings(), ("UPSTREAM_HEADERS", UpstreamHeaders)]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (Provider is not null)
            await Provider.DisposeAsync();
        Upstream.Dispose();
    }
}
