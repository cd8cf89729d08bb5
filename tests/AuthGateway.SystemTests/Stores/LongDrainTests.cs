using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using AuthGateway.Cli;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>G7: SIGTERM with nothing set: what runs longer than a few seconds after it still ends well, over HTTP/1.1 and HTTP/2.</summary>
public sealed class LongDrainTests(GatewayBinary binary)
{
    /// <summary>Longer than any short grace: the 4 s of before, and the 5 s of a usual host.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Uploads_downloads_and_slow_calls_outlive_the_signal_and_sockets_and_streams_are_told()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var unused = new EchoUpstream();
        await using var upstream = await GatedUpstream.StartAsync();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, unused, ("UPSTREAM_URL", upstream.Address.AbsoluteUri), ("SKIP_AUTH_URLS", "/public"), ("SERVER_H2C", "true"));
        var session = await LogInAsync(gateway);
        var address = StoreGateway.LoopbackOf(gateway);
        using var http1 = Client(address, session, HttpVersion.Version11);
        using var http2 = Client(address, session, HttpVersion.Version20);
        using var socket = await OpenSocket.ConnectAsync(address, session, "/ws");
        using var publicSocket = await OpenSocket.ConnectAsync(address, "none", "/public/ws");
        var streams = new[] { http1, http2 }.Select(client => ReadEventsAsync(client, "/sse")).Append(ReadEventsAsync(http1, "/public/sse")).ToList();
        var half = new TaskCompletionSource();
        var calls = new[] { http1, http2 }.SelectMany(client => new[] { BytesAsync(client, "/download"), BytesAsync(client, "/slow"), UploadAsync(client, half.Task) }).ToList();
        await Deadline.UntilAsync(() => Task.FromResult(upstream.Begun == 11), TimeSpan.FromSeconds(20), () => $"11 under way, {upstream.Begun} are", 50);

        var clock = Stopwatch.StartNew();
        var stopped = gateway.StopAsync();
        await Task.Delay(Later);
        Assert.Equal(200, (await StoreGateway.SendAsync(gateway, "GET", "/authservice/site/homepage")).Status);
        Assert.False(socket.Ended.IsCompleted || publicSocket.Ended.IsCompleted, "a socket was closed while requests were under way");
        half.SetResult();
        upstream.Gate.SetResult();

        var lengths = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([2 * GatedUpstream.Half, 4, 200_000, 2 * GatedUpstream.Half, 4, 200_000], lengths);
        var done = clock.Elapsed;
        Assert.Equal((WebSocketCloseStatus)1001, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((WebSocketCloseStatus)1001, await publicSocket.Ended.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.All(await Task.WhenAll(streams).WaitAsync(TimeSpan.FromSeconds(10)), text => Assert.Equal("data: one\n\n", text));
        Assert.True(await stopped, $"had to be killed\n{gateway.Log}");
        Assert.Equal(0, gateway.ExitCode);
        TestContext.Current.TestOutputHelper?.WriteLine($"6 of 6 requests that were let go {Later.TotalSeconds:0} s after SIGTERM were answered whole by {done.TotalSeconds:0.00} s; 2 sockets and 3 streams were closed, the process ended at {clock.Elapsed.TotalSeconds:0.00} s with 0");
        Assert.InRange(clock.Elapsed.TotalSeconds, 6, 10);
    }

    private static async Task<string> LogInAsync(GatewayProcess gateway)
    {
        // The application answers when the test says so: the login ends before it.
        var browser = new Browser(new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase) { [StoreGateway.PublicHost] = StoreGateway.LoopbackOf(gateway) });
        var callback = await browser.GetAsync((await browser.GetAsync(StoreGateway.PublicUrl + "/start")).Location!);
        await browser.GetAsync(callback.Location!);
        return browser.CookiesOf(StoreGateway.PublicHost)["authservice_session"];
    }

    private static HttpClient Client(Uri address, string session, Version version)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, DefaultRequestVersion = version, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Host = StoreGateway.PublicHost;
        client.DefaultRequestHeaders.Add("Cookie", "authservice_session=" + session);
        return client;
    }

    private static async Task<int> BytesAsync(HttpClient client, string path) => (await client.GetByteArrayAsync(new Uri(path, UriKind.Relative))).Length;

    private static async Task<int> UploadAsync(HttpClient client, Task half)
    {
        using var body = new TwoHalves(100_000, half);
        using var answer = await client.PostAsync(new Uri("/upload", UriKind.Relative), body);
        return int.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>What came until the stream's end, whatever ended it.</summary>
    private static async Task<string> ReadEventsAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var text = new System.Text.StringBuilder();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                text.Append(line).Append('\n');
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Broken off: an event stream has no end of its own.
        }

        return text.ToString();
    }

    private sealed class TwoHalves(int length, Task second) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[length]);
            await stream.FlushAsync();
            await second;
            await stream.WriteAsync(new byte[length]);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 2L * length;
            return true;
        }
    }
}
