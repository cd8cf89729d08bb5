using System.Net;
using AuthGateway.Sessions;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>Which of the gateway's doors somebody comes to.</summary>
public enum FloodDoor
{
    /// <summary><c>SERVER_PORT</c>, HTTP/1.1.</summary>
    Plain,

    /// <summary><c>SERVER_PORT</c> with TLS: HTTP/1.1 and HTTP/2.</summary>
    Tls,

    /// <summary><c>SERVER_H2C</c>.</summary>
    H2c,

    /// <summary><c>EXT_AUTHZ_PORT</c>.</summary>
    Check,

    /// <summary><c>SERVER_PORT</c> with TLS where it answers checks, without an upstream: HTTP/1.1 and HTTP/2.</summary>
    CheckTls,
}

/// <summary>The published binary in a pod's limits, completions as in the image, and a live session at one of its doors.</summary>
internal sealed class FloodedGateway : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly FloodDoor _door;
    private readonly TempFolder _folder = new("flood");
    private readonly EchoUpstream _upstream = new();
    private HttpClient? _kept;

    private FloodedGateway(FloodDoor door) => _door = door;

    public GatewayProcess Process { get; private set; } = null!;

    public FakeProvider Provider { get; private set; } = null!;

    public string Session { get; private set; } = "";

    public bool IsTls => _door is FloodDoor.Tls or FloodDoor.CheckTls;

    /// <summary>HTTP's, the newest that the door speaks.</summary>
    public Version NewVersion => IsTls || _door == FloodDoor.H2c ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>Of the door.</summary>
    public int Port { get; private set; }

    /// <param name="prepare">What is set at the provider before the login.</param>
    /// <param name="more">Further settings, which win over those of the door.</param>
    public static async Task<FloodedGateway> StartAsync(
        GatewayBinary binary, FloodDoor door, bool isInline, Action<FakeProvider>? prepare = null, params (string Name, string Value)[] more)
    {
        var gateway = new FloodedGateway(door);
        gateway._parts.Add(gateway.Provider = await FakeProvider.StartAsync());
        prepare?.Invoke(gateway.Provider);
        var settings = new List<(string, string)> { ("SKIP_AUTH_URLS", "/public") };
        var script = Pod.Script($"DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS={(isInline ? 1 : 0)}");
        gateway._upstream.Answers["/public/big"] = $"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n{new string('a', 4_000_000)}";
        var checks = Ports.Free();
        if (gateway.IsTls)
        {
            // The login is made without TLS; its session is in the store alone afterwards.
            var plain = await StoreGateway.StartAsync(binary, gateway.Provider, gateway._upstream);
            gateway._parts.Add(plain);
            gateway.Session = await StoreGateway.SessionAsync(plain);
            await plain.StopAsync();
            var certificate = TestCertificate.Make(gateway._folder);
            settings.AddRange([("TLS_CERT_FILE", certificate.CertificateFile), ("TLS_KEY_FILE", certificate.KeyFile), ("STORE_PATH", plain.StorePath)]);
        }

        settings.AddRange(door switch
        {
            FloodDoor.H2c => [("SERVER_H2C", "true")],
            FloodDoor.Check => [("EXT_AUTHZ_PORT", $"{checks}")],
            FloodDoor.CheckTls => [("UPSTREAM_URL", "")],
            _ => [],
        });
        settings.AddRange(more);
        gateway._parts.Add(gateway.Process = await StoreGateway.StartAsync(binary, gateway.Provider, gateway._upstream, script, [.. settings]));
        gateway.Port = door == FloodDoor.Check ? checks : gateway.Process.Port;
        if (gateway.Session.Length == 0)
            gateway.Session = await StoreGateway.SessionAsync(gateway.Process);
        return gateway;
    }

    /// <summary>The session's request on a new connection: over HTTP/2 where the door speaks it.</summary>
    public async Task<int> AskAsync()
    {
        using var client = NewClient();
        return await AskAsync(client);
    }

    /// <summary>The same on a connection that is kept.</summary>
    public Task<int> AskAgainAsync() => AskAsync(_kept ??= NewClient());

    /// <summary>The application itself, on a new connection.</summary>
    public async Task<int> AskUpstreamAsync()
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri(_upstream.Address, "/app"));
        return (int)answer.StatusCode;
    }

    /// <summary>The start of a login on a new connection: 302 to the provider.</summary>
    public async Task<int> BeginLoginAsync()
    {
        using var client = NewClient();
        using var answer = await client.GetAsync(new Uri("/authservice/login", UriKind.Relative));
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _kept?.Dispose();
        foreach (var part in _parts.AsEnumerable().Reverse())
            await part.DisposeAsync();
        Pod.Remove(Process?.Id ?? 0);
        _upstream.Dispose();
        _folder.Dispose();
    }

    private async Task<int> AskAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/app", UriKind.Relative)) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Cookie", "authservice_session=" + Session);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>A browser's connections to the door, HTTP/2 where it speaks that.</summary>
    public HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseCookies = false, AllowAutoRedirect = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(IsTls ? "https" : "http")}://127.0.0.1:{Port}"),
            DefaultRequestVersion = NewVersion,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Host = StoreGateway.PublicHost;
        return client;
    }
}
