namespace AuthGateway.Tests.Forwarding;

/// <summary>A gateway whose requests go by <c>UPSTREAM_URL</c>, or by a <c>ROUTES_FILE</c> of the test's own; 127.0.0.2 is a trusted proxy.</summary>
internal sealed class ForwardingRig : IAsyncDisposable
{
    public const string Proxy = "127.0.0.2";
    private readonly TempFolder _folder = new();

    private ForwardingRig(GatewayRig gateway) => Gateway = gateway;

    public GatewayRig Gateway { get; }

    public EchoUpstream Upstream => Gateway.Upstream;

    /// <summary>The cookie of a logged-in user, as a header line.</summary>
    public string Cookie { get; private set; } = "";

    /// <summary>With one route to the echoing application when <paramref name="byRoutes"/>.</summary>
    public static async Task<ForwardingRig> StartAsync(bool byRoutes, Dictionary<string, string>? settings = null)
    {
        var rig = new ForwardingRig(await GatewayRig.StartAsync(settings: With(settings)));
        if (byRoutes)
        {
            await RoutesFile.UseAsync(rig.Gateway, rig._folder.File("routes.json"), rig.Upstream.Address);
        }

        return await rig.LoggedInAsync();
    }

    /// <param name="json">The whole file; <c>UPSTREAM</c> stands for the echoing application's address.</param>
    /// <param name="settings">Beside the rig's.</param>
    public static async Task<ForwardingRig> WithFileAsync(string json, Dictionary<string, string>? settings = null)
    {
        var rig = new ForwardingRig(await GatewayRig.StartAsync(settings: With(settings)));
        var file = rig._folder.File("routes.json");
        await File.WriteAllTextAsync(file, json.Replace("UPSTREAM", rig.Upstream.Address.ToString(), StringComparison.Ordinal));
        await rig.Gateway.RestartAsync(environment =>
        {
            environment.Remove("UPSTREAM_URL");
            environment["ROUTES_FILE"] = file;
        });
        return await rig.LoggedInAsync();
    }

    /// <summary>A logged-in request.</summary>
    public Task<RawResponse> SendAsync(string method, string target, params IReadOnlyList<string> lines) => Gateway.SendAsync(method, target, [Cookie, .. lines]);

    public Task<RawResponse> SendFromAsync(string peer, string target, params IReadOnlyList<string> lines) => RawClient.OnceAsync(
        Gateway.Address, $"GET {target} HTTP/1.1\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}{(lines.Any(IsHost) ? "" : $"Host: {GatewayRig.PublicHost}\r\n")}\r\n", peer);

    /// <summary>A logged-in gRPC call over HTTP/2 without TLS, with an empty message.</summary>
    public HttpRequestMessage Call(string target)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Gateway.Address, target))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Host = GatewayRig.PublicHost;
        request.Headers.Add("Cookie", Cookie["Cookie: ".Length..]);
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }

    private static bool IsHost(string line) => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> With(Dictionary<string, string>? settings) => new(settings ?? []) { ["TRUSTED_PROXIES"] = Proxy + "/32" };

    private async Task<ForwardingRig> LoggedInAsync()
    {
        Cookie = "Cookie: authservice_session=" + Gateway.SessionOf(await Gateway.LogInWithoutUpstreamAsync());
        return this;
    }
}
