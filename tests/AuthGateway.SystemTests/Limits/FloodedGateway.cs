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
internal sealed class FloodedGateway : IFloodTarget, IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly FloodDoor _door;
    private readonly TempFolder _folder = new("flood");
    private readonly EchoUpstream _upstream = new();
    private FloodClient _client = null!;

    private FloodedGateway(FloodDoor door) => _door = door;

    public GatewayProcess Process { get; private set; } = null!;

    public FakeProvider Provider { get; private set; } = null!;

    public string Session { get; private set; } = "";

    public bool IsTls => _door is FloodDoor.Tls or FloodDoor.CheckTls;

    /// <inheritdoc cref="FloodClient.NewVersion"/>
    public Version NewVersion => _client.NewVersion;

    public string Issuer => Provider.Issuer;

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
        gateway._client = new(door, gateway.Port, "authservice_session=" + gateway.Session, gateway._upstream.Address);
        return gateway;
    }

    public Task<int> AskAsync() => _client.AskAsync();

    public Task<int> AskAgainAsync() => _client.AskAgainAsync();

    public Task<int> AskUpstreamAsync() => _client.AskUpstreamAsync();

    public Task<int>? BeginLoginAsync() => _client.VisitAsync("/authservice/login");

    public Task<int> ProbeAsync(bool isReadiness) => Process.StatusAsync(isReadiness ? "/readyz" : "/healthz");

    public double MemoryMiB(string field) => Process.MemoryMiB(field);

    /// <inheritdoc cref="FloodClient.NewClient"/>
    public HttpClient NewClient() => _client.NewClient();

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var part in _parts.AsEnumerable().Reverse())
            await part.DisposeAsync();
        Pod.Remove(Process?.Id ?? 0);
        _upstream.Dispose();
        _folder.Dispose();
    }
}
