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
}

/// <summary>The published binary with 1,024 files and a heap of 384 MiB (a pod of 512), completions as in the image, and a live session at one of its doors.</summary>
internal sealed class FloodedGateway : IAsyncDisposable
{
    private const string Limited = "#!/bin/sh\nexport DOTNET_GCHeapHardLimit=0x18000000 DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS={0}\nexec prlimit --nofile=1024:1024 \"$PROGRAM\" \"$@\"\n";
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly FloodDoor _door;
    private readonly TempFolder _folder = new("flood");
    private readonly EchoUpstream _upstream = new();

    private FloodedGateway(FloodDoor door) => _door = door;

    public GatewayProcess Process { get; private set; } = null!;

    public FakeProvider Provider { get; private set; } = null!;

    public string Session { get; private set; } = "";

    /// <summary>Of the door.</summary>
    public int Port { get; private set; }

    public static async Task<FloodedGateway> StartAsync(GatewayBinary binary, FloodDoor door, bool isInline)
    {
        var gateway = new FloodedGateway(door);
        gateway._parts.Add(gateway.Provider = await FakeProvider.StartAsync());
        var settings = new List<(string, string)> { ("SKIP_AUTH_URLS", "/public") };
        var script = Limited.Replace("{0}", isInline ? "1" : "0", StringComparison.Ordinal);
        var checks = Ports.Free();
        if (door == FloodDoor.Tls)
        {
            // The login is made without TLS; its session is in the store alone afterwards.
            var plain = await StoreGateway.StartAsync(binary, gateway.Provider, gateway._upstream);
            gateway._parts.Add(plain);
            gateway.Session = await StoreGateway.SessionAsync(plain);
            await plain.StopAsync();
            var certificate = TestCertificate.Make(gateway._folder);
            settings.AddRange([("TLS_CERT_FILE", certificate.CertificateFile), ("TLS_KEY_FILE", certificate.KeyFile), ("STORE_PATH", plain.StorePath)]);
        }

        settings.AddRange(door == FloodDoor.H2c ? [("SERVER_H2C", "true")] : door == FloodDoor.Check ? [("EXT_AUTHZ_PORT", $"{checks}")] : []);
        gateway._parts.Add(gateway.Process = await StoreGateway.StartAsync(binary, gateway.Provider, gateway._upstream, script, [.. settings]));
        gateway.Port = door == FloodDoor.Check ? checks : gateway.Process.Port;
        if (gateway.Session.Length == 0)
            gateway.Session = await StoreGateway.SessionAsync(gateway.Process);
        return gateway;
    }

    /// <summary>The session's request on a new connection: over HTTP/2 where the door speaks it.</summary>
    public async Task<int> AskAsync()
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{(_door == FloodDoor.Tls ? "https" : "http")}://127.0.0.1:{Port}/app"))
        {
            Version = _door is FloodDoor.Tls or FloodDoor.H2c ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = StoreGateway.PublicHost;
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Cookie", "authservice_session=" + Session);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>The start of a login on a new connection: 302 to the provider.</summary>
    public async Task<int> BeginLoginAsync()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpClient(handler) { DefaultRequestVersion = _door is FloodDoor.Tls or FloodDoor.H2c ? HttpVersion.Version20 : HttpVersion.Version11, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Host = StoreGateway.PublicHost;
        using var answer = await client.GetAsync(new Uri($"{(_door == FloodDoor.Tls ? "https" : "http")}://127.0.0.1:{Port}/authservice/login"));
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.AsEnumerable().Reverse())
            await part.DisposeAsync();
        _upstream.Dispose();
        _folder.Dispose();
    }
}
