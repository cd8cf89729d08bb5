using System.Diagnostics;
using System.Net.WebSockets;
using AuthGateway.Cli;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>SIGTERM: it goes on serving for <c>SHUTDOWN_DELAY</c>, lets what is under way finish, closes what would never end, and exits with 0.</summary>
public sealed class ShutdownTests(GatewayBinary binary)
{
    [Fact]
    public async Task Whole_delay_is_served_a_long_request_finishes_and_a_socket_is_told()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var unused = new EchoUpstream();
        await using var upstream = new PatientUpstream();
        await upstream.StartAsync();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, unused, ("UPSTREAM_URL", upstream.Address), ("SHUTDOWN_DELAY", "4"), ("SKIP_AUTH_URLS", "/public"));
        var session = await StoreGateway.SessionAsync(gateway);
        using var socket = await OpenAsync(gateway, session);
        var closed = socket.ReceiveAsync(new byte[100], CancellationToken.None);
        var slow = StoreGateway.SendAsync(gateway, "GET", "/slow", "Cookie: authservice_session=" + session);
        await upstream.SlowBegan.WaitAsync(TimeSpan.FromSeconds(10));

        var clock = Stopwatch.StartNew();
        var stopped = gateway.StopAsync();
        await Deadline.UntilAsync(async () => await gateway.StatusAsync("/readyz") == 503, TimeSpan.FromSeconds(3), () => "not ready after SIGTERM", 50);
        Assert.Equal(200, await StoreGateway.AskAsync(gateway, session));

        Assert.Equal(200, (await slow).Status);
        Assert.Equal(WebSocketMessageType.Close, (await closed.WaitAsync(TimeSpan.FromSeconds(10))).MessageType);
        Assert.Equal((WebSocketCloseStatus)1001, socket.CloseStatus);
        // On a busy machine the answer may be too late for it.
        await Record.ExceptionAsync(() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None));
        Assert.True(await stopped, $"had to be killed\n{gateway.Log}");
        TestContext.Current.TestOutputHelper?.WriteLine($"delay of 4 s, ended after {clock.Elapsed.TotalSeconds:0.00} s with {gateway.ExitCode}");
        Assert.Equal(0, gateway.ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 4, 7);
    }

    [Fact]
    public async Task Open_socket_does_not_hold_up_the_end()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var unused = new EchoUpstream();
        await using var upstream = new PatientUpstream();
        await upstream.StartAsync();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, unused, ("UPSTREAM_URL", upstream.Address));
        using var socket = await OpenAsync(gateway, await StoreGateway.SessionAsync(gateway));

        // Its client never answers the close frame.
        var clock = Stopwatch.StartNew();
        Assert.True(await gateway.StopAsync());

        TestContext.Current.TestOutputHelper?.WriteLine($"without a delay, a silent socket open: ended after {clock.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal(0, gateway.ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
    }

    private static async Task<ClientWebSocket> OpenAsync(GatewayProcess gateway, string session)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", "authservice_session=" + session);
        socket.Options.SetRequestHeader("Host", StoreGateway.PublicHost);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/ws"), CancellationToken.None);
        return socket;
    }

    /// <summary>Answers <c>/slow</c> after 3 s, keeps <c>/ws</c> open, everything else is 200.</summary>
    private sealed class PatientUpstream : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PatientUpstream()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls(Address);
            _app = builder.Build();
            _app.UseWebSockets();
            _app.Run(AnswerAsync);
        }

        public string Address { get; } = $"http://127.0.0.1:{Ports.Free()}/";

        public Task SlowBegan => _slow.Task;

        public Task StartAsync() => _app.StartAsync();

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context)
        {
            if (context.WebSockets.IsWebSocketRequest)
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (context.Request.Path == "/slow")
            {
                _slow.TrySetResult();
                await Task.Delay(TimeSpan.FromSeconds(3));
            }
        }
    }
}
