using System.Net.WebSockets;

namespace AuthGateway.Tests.Connections;

/// <summary>One HTTP/2 connection that carries requests of many users, one after the other and at the same time: each is decided by what it brings itself.</summary>
public class SharedHttp2ConnectionTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task In_turn_each_request_is_its_own_users(GatewayMode door)
    {
        await using var rig = await Http2Rig.StartAsync(door);
        using var connection = rig.Connect();

        foreach (var who in (int[])[0, 0, 1, 1, 0, -1, 0, -1, -1, 1, 1, 0, 0, -1, 1])
        {
            await rig.CheckAsync(connection, who, "/notebook/same");
        }

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Interleaved_requests_keep_their_own_users(GatewayMode door)
    {
        await using var rig = await Http2Rig.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/first");

        // Two of three go for the same target, as a page's own calls do.
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
            await rig.CheckAsync(connection, (i * 7 % 3) - 1, i % 3 == 0 ? $"/notebook/{i}" : "/notebook/same"));

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Logout_on_the_connection_ends_that_session_alone_and_at_once(GatewayMode door)
    {
        await using var rig = await Http2Rig.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/same");
        await rig.CheckAsync(connection, 0, "/notebook/same");

        Assert.Equal(303, (await rig.LogOutAsync(connection, 0)).Status);

        Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        await rig.CheckAsync(connection, 1, "/notebook/same");
        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Logout_among_the_requests_of_another_leaves_those_alone(GatewayMode door)
    {
        await using var rig = await Http2Rig.StartAsync(door);
        using var connection = rig.Connect();
        using var stop = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await rig.CheckAsync(connection, 1, "/notebook/same");
            }
        });
        await rig.CheckAsync(connection, 0, "/notebook/same");

        Assert.Equal(303, (await rig.LogOutAsync(connection, 0)).Status);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        }

        await stop.CancelAsync();
        await others;
        Assert.Equal(1, connection.Opened);
    }

    [Fact]
    public async Task Reset_stream_gives_its_user_to_no_other()
    {
        await using var rig = await Http2Rig.StartAsync(GatewayMode.InLine);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 1, "/notebook/same");

        for (var round = 0; round < 30; round++)
        {
            using var reset = new CancellationTokenSource();
            var before = rig.Gateway.Upstream.Requests.Count;
            var pending = Enumerable.Range(0, 4).Select(_ => BrokenOffAsync(connection.SendAsync(connection.Request(HttpMethod.Get, "/notebook/hang", rig.CookieOf(0)), reset.Token))).ToList();
            var others = Enumerable.Range(0, 6).Select(i => rig.CheckAsync(connection, ((i + round) % 3) - 1, "/notebook/hanging")).ToList();
            await Deadline.UntilAsync(() => rig.Gateway.Upstream.Requests.Skip(before).Count(request => request.Target == "/notebook/hang") == 4, "the requests hang");

            await reset.CancelAsync();
            others.AddRange(Enumerable.Range(0, 6).Select(i => rig.CheckAsync(connection, i % 2 == 0 ? 1 : -1, "/notebook/hang-no-more")));
            await Task.WhenAll([.. pending, .. others]);
        }

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Streams_that_are_reset_at_any_moment_disturb_no_other(GatewayMode door)
    {
        await using var rig = await Http2Rig.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/same");

        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            if (i % 2 == 0)
            {
                await rig.CheckAsync(connection, (i / 2 % 3) - 1, "/notebook/same");
                return;
            }

            using var reset = new CancellationTokenSource();
            var doomed = BrokenOffAsync(connection.SendAsync(connection.Request(HttpMethod.Get, "/notebook/same", rig.CookieOf(i / 2 % 2)), reset.Token));
            for (var wait = i % 16; wait > 0; wait--)
            {
                await Task.Yield();
            }

            await reset.CancelAsync();
            await doomed;
        });

        Assert.Equal(1, connection.Opened);
    }

    [Fact]
    public async Task Sockets_on_the_connection_are_their_own_users_and_end_with_their_own_session()
    {
        await using var rig = await Http2Rig.StartAsync(GatewayMode.InLine);
        using var connection = rig.Connect();
        using var first = await connection.OpenSocketAsync("/notebook/0/ws", rig.CookieOf(0));
        using var second = await connection.OpenSocketAsync("/notebook/1/ws", rig.CookieOf(1));
        await Assert.ThrowsAsync<WebSocketException>(() => connection.OpenSocketAsync("/notebook/2/ws", "_xsrf=2"));

        foreach (var handshake in rig.Gateway.Upstream.Requests)
        {
            Assert.Equal(Http2Rig.Users[handshake.Target[10] - '0'].Email, Assert.Single(handshake.AllFolded("kubeflow-userid")));
            Assert.DoesNotContain(handshake.Lines, line => line.Contains("authservice_session", StringComparison.OrdinalIgnoreCase));
        }

        await rig.LogOutAsync(connection, 0);

        var end = await first.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (end.MessageType, first.CloseStatus));
        await second.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketState.Open, second.State);
        await rig.CheckAsync(connection, 1, "/notebook/same");
        await rig.CheckAsync(connection, -1, "/notebook/same");
        Assert.Equal(1, connection.Opened);
    }

    private static async Task BrokenOffAsync(Task<RawResponse> pending)
    {
        try
        {
            await pending;
        }
        catch (OperationCanceledException)
        {
            // As it was meant; an answer may have been faster.
        }
    }
}
