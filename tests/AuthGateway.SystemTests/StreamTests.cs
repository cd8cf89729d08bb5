using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>What notebooks need of an in-line gateway: WebSockets that stay, events that come at once, gigabytes that stream through.</summary>
public sealed class StreamTests(KeycloakServer keycloak, GatewayBinary binary) : IAsyncLifetime
{
    private const long TwoGigabytes = 2L * 1024 * 1024 * 1024;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private string _cookie = "";
    private GatewayProcess? _gateway;
    private StreamingUpstream? _upstream;

    private GatewayProcess Gateway => _gateway!;

    private StreamingUpstream Upstream => _upstream!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await StreamingUpstream.StartAsync();
        _gateway = await GatewayProcess.StartAsync(binary, GatewayLaunch.Inline(await keycloak.IssuerAsync("kubeflow"), Upstream.Address));
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(Gateway.Address, "/download/1"), "ann", "ann-pass");
        Assert.Equal(200, browser.Status);
        _cookie = browser.CookieHeader("localhost");
        _http.DefaultRequestHeaders.Add("Cookie", _cookie);
    }

    [Fact]
    public async Task A_WebSocket_echoes_text_and_large_binary_messages()
    {
        using var socket = await OpenSocketAsync();
        Assert.Equal("hello", await EchoAsync(socket, "hello"));
        var large = new string('x', 1_000_000);
        Assert.Equal(large, await EchoAsync(socket, large));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Idle for <c>AUTHGATEWAY_IDLE_MINUTES</c> (default a third of a minute; the promise is 10 minutes), without one byte in either direction.</summary>
    [Fact]
    public async Task An_idle_WebSocket_stays_open()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("AUTHGATEWAY_IDLE_MINUTES") ?? "0.33", System.Globalization.CultureInfo.InvariantCulture);
        using var socket = await OpenSocketAsync();
        var buffer = new byte[64];
        using var over = new CancellationTokenSource();
        var next = socket.ReceiveAsync(buffer, over.Token);
        var first = await Task.WhenAny(next, Task.Delay(TimeSpan.FromMinutes(minutes), TestContext.Current.CancellationToken));
        Assert.NotSame(next, first);
        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var answer = await next.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("still here", Encoding.UTF8.GetString(buffer, 0, answer.Count));
        TestContext.Current.TestOutputHelper?.WriteLine($"idle for {minutes} minutes");
    }

    [Fact]
    public async Task Server_sent_events_arrive_within_100_ms()
    {
        // The first call pays for just-in-time compilation on both sides; what is measured is the steady state of the second.
        await MeasureEventsAsync();
        var delays = await MeasureEventsAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"events after {string.Join(", ", delays.Select(d => $"{d.TotalMilliseconds:0.0} ms"))}");
        Assert.Equal(5, delays.Count);
        Assert.All(delays, delay => Assert.InRange(delay.TotalMilliseconds, 0, 100));
    }

    [Fact]
    public async Task Two_gigabytes_up_and_down_stay_out_of_memory()
    {
        var before = Gateway.MemoryMiB("VmRSS");
        using (var content = new CountedContent(TwoGigabytes))
        using (var answer = await _http.PostAsync(new Uri(Gateway.Address, "/upload"), content, TestContext.Current.CancellationToken))
            Assert.Equal(TwoGigabytes.ToString(System.Globalization.CultureInfo.InvariantCulture), await answer.Content.ReadAsStringAsync());
        var afterUpload = Gateway.MemoryMiB("VmHWM");
        Assert.Equal(TwoGigabytes, await DownloadAsync());
        var peak = Gateway.MemoryMiB("VmHWM");
        TestContext.Current.TestOutputHelper?.WriteLine($"resident memory: {before:0.0} MiB at start, peak {afterUpload:0.0} after the upload, {peak:0.0} after the download");
        Assert.InRange(peak, 0, before + 64);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    private async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", _cookie);
        socket.Options.SetRequestHeader("Origin", Gateway.Address.GetLeftPart(UriPartial.Authority));
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new Uri($"ws://localhost:{Gateway.Port}/ws"), TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var received = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            received.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (part.EndOfMessage)
                return received.ToString();
        }
    }

    private async Task<List<TimeSpan>> MeasureEventsAsync()
    {
        Upstream.EventsSentAt.Clear();
        using var answer = await _http.GetAsync(new Uri(Gateway.Address, "/sse"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var delays = new List<TimeSpan>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && Upstream.EventsSentAt.TryDequeue(out var sent))
                delays.Add(Stopwatch.GetElapsedTime(sent));
        }

        return delays;
    }

    private async Task<long> DownloadAsync()
    {
        using var answer = await _http.GetAsync(
            new Uri(Gateway.Address, $"/download/{TwoGigabytes}"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
            total += read;
        return total;
    }
}
