using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;
using AuthGateway.Tests.Rig;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// What somebody without a session tries against the published binary with 1,024 files and a heap of 384 MiB (a pod of 512): the process lives, a live
/// session's requests and the probe are answered meanwhile, and the memory comes back (G1, U1 to U4).
/// </summary>
public sealed class StrangerFloodTests(GatewayBinary binary)
{
    private const string Limited = "#!/bin/sh\nexport DOTNET_GCHeapHardLimit=0x18000000\nexec prlimit --nofile=1024:1024 \"$PROGRAM\" \"$@\"\n";
    private static readonly string Host = $"Host: {StoreGateway.PublicHost}\r\nAccept: application/json\r\n";
    private readonly List<IDisposable> _held = [];

    [Theory]
    [InlineData("silent", 1290)]
    [InlineData("silent", 3870)]
    [InlineData("unread", 928)]
    [InlineData("unfinished", 1200)]
    [InlineData("pipelining", 32)]
    public async Task Strangers_over_http_1(string attack, int connections)
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, upstream, Limited, [("SKIP_AUTH_URLS", "/public")]);
        var session = await StoreGateway.SessionAsync(gateway);
        await RunAsync(gateway, $"{attack} × {connections}", () => StoreGateway.AskAsync(gateway, session), end => Task.WhenAll(Enumerable.Range(0, connections).Select(_ => AttackAsync(gateway, attack, end))));
    }

    [Theory]
    [InlineData("/authservice/site/homepage", 31)]
    [InlineData("/public/x", 31)]
    [InlineData("/authservice/site/homepage", 93)]
    public async Task U1_header_bomb_over_http_2(string path, int connections)
    {
        using var folder = new ScratchFolder("bomb");
        var certificate = TestCertificate.Make(folder);
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        await using var plain = await StoreGateway.StartAsync(binary, provider, upstream);
        await using var gateway = await StoreGateway.StartAsync(
            binary, provider, upstream, Limited, [("SKIP_AUTH_URLS", "/public"), ("TLS_CERT_FILE", certificate.CertificateFile), ("TLS_KEY_FILE", certificate.KeyFile)]);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var client = new HttpClient(handler);
        await RunAsync(gateway, $"header bomb at {path} × {connections}", async () =>
        {
            using var answer = await client.GetAsync(new Uri($"https://127.0.0.1:{gateway.Port}/authservice/site/homepage"));
            return (int)answer.StatusCode;
        }, async _ =>
        {
            foreach (var bomb in await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Http2Bomb.OpenAsync(gateway.Port, path, StoreGateway.PublicHost))))
                _held.Add(bomb);
        });
    }

    private async Task RunAsync(GatewayProcess gateway, string what, Func<Task<int>> live, Func<CancellationToken, Task> attack)
    {
        var before = gateway.MemoryMiB("VmRSS");
        using var end = new CancellationTokenSource();
        await using var traffic = new LiveTraffic(gateway, live);
        var running = attack(end.Token);
        await Poll.UntilAsync(() => Task.FromResult(traffic.Asked >= 24), TimeSpan.FromSeconds(120), () => $"the live session is not asked\n{traffic}");
        await traffic.StopAsync();
        var peak = gateway.MemoryMiB("VmHWM");
        await end.CancelAsync();
        await running;
        _held.ForEach(held => held.Dispose());
        var after = 0.0;
        await Poll.UntilAsync(() => Task.FromResult((after = gateway.MemoryMiB("VmRSS")) <= Math.Max(1.5 * before, 200)), TimeSpan.FromSeconds(90), () => $"memory stays at {after:0} MiB, {before:0} before", 1000);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: {traffic}; memory {before:0} MiB before, {peak:0} at its highest, {after:0} afterwards"));
        Assert.True(traffic.Good >= traffic.Asked * 0.95, $"{traffic}\n{gateway.Log}");
        Assert.True(traffic.GoodProbes >= traffic.Probes * 0.95, $"{traffic}\n{gateway.Log}");
        Assert.True(peak < 512, $"{peak} MiB");
        Assert.DoesNotContain("crit:", gateway.Log, StringComparison.Ordinal);
    }

    private async Task AttackAsync(GatewayProcess gateway, string attack, CancellationToken end)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        lock (_held)
            _held.Add(socket);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Port), end);
            await (attack switch
            {
                "silent" => Task.CompletedTask,
                "unread" => WriteAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 200), end),
                "unfinished" => socket.SendAsync(Encoding.ASCII.GetBytes($"POST /public/x HTTP/1.1\r\n{Host}Content-Length: 100\r\n\r\nabc"), end).AsTask(),
                _ => PipelineAsync(socket, Repeat("GET /app HTTP/1.1\r\n", 500), end),
            });
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by the gateway, or the end.
        }
    }

    private static byte[] Repeat(string line, int times) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{line}{Host}\r\n", times)));

    private static async Task WriteAsync(Socket socket, byte[] piece, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
            await socket.SendAsync(piece, end);
    }

    private static async Task PipelineAsync(Socket socket, byte[] piece, CancellationToken end)
    {
        var reading = WriteAsync(socket, piece, end);
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, end) > 0)
        {
            // Answers are read and forgotten.
        }

        await reading;
    }
}
