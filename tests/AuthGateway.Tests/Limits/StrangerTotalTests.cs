using AuthGateway.Limits.Http2;
using AuthGateway.Tests.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>What all strangers together hold: whoever comes with little is served, whoever holds most gives way (U1, U2, U9).</summary>
public class StrangerTotalTests
{
    [Fact]
    public async Task U9_requests_of_all_strangers_are_bounded_and_who_holds_most_gives_way()
    {
        await using var rig = await StartAsync(("STRANGER_REQUESTS_MAX", "16"));
        var gate = rig.Server.Services.GetRequiredService<StrangerGate>();
        using var most = await UnfinishedAsync(rig, 10);
        using var some = await UnfinishedAsync(rig, 6);
        await Deadline.UntilAsync(() => gate.Requests == 16, "as many as may be");

        // Its own next request is refused, and nothing of it is closed.
        await most.RequestAsync(99, "POST", "/authservice/backchannel-logout", GatewayRig.PublicHost, isEnd: false, Form);
        await Deadline.UntilAsync(() => most.Received.Any(frame => frame is { Type: RawHttp2.Reset, Stream: 99 } && frame.Payload[3] == 7), "REFUSED_STREAM");
        Assert.False(most.Closed.IsCompleted);

        using var newcomer = new Http2Connection(rig.Address);
        Assert.Equal(200, (await newcomer.SendAsync(newcomer.Request(HttpMethod.Get, "/authservice/site/homepage", null))).Status);
        await most.Closed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(some.Closed.IsCompleted);
        Assert.Equal(2, await LimitRig.ReachedAsync(rig, "requests_total"));
        await Deadline.UntilAsync(() => gate.Requests == 6, "what it held is given back");
    }

    [Fact]
    public async Task U1_header_bytes_of_all_strangers_refuse_neither_a_session_on_a_new_connection_nor_a_login()
    {
        await using var rig = await StartAsync(("STRANGER_HEADER_BYTES_TOTAL", "200000"));
        var session = rig.SessionOf(await rig.LogInAsync());
        var gate = rig.Server.Services.GetRequiredService<StrangerGate>();
        var bombs = new List<RawHttp2>();
        for (var i = 0; i < 6; i++)
        {
            bombs.Add(await UnfinishedAsync(rig, 1, [.. RawHttp2.Indexed("x-a", new string('a', 4000)), .. Enumerable.Repeat((byte)0xBE, 9)]));
        }

        await Deadline.UntilAsync(() => gate.HeaderBytes > 150_000, "the bombs");
        using var connection = new Http2Connection(rig.Address);
        Assert.Equal(200, (await connection.SendAsync(connection.Request(HttpMethod.Get, "/app", "authservice_session=" + session))).Status);
        Assert.Contains(await LogInAsync(rig), cookie => cookie.StartsWith("authservice_session=", StringComparison.Ordinal));
        Assert.True(await LimitRig.ReachedAsync(rig, "header_bytes_total") >= 1);
        bombs.ForEach(bomb => bomb.Dispose());
        await Deadline.UntilAsync(() => gate.HeaderBytes == 0, "all is given back");
    }

    /// <summary>After a restart the session is in the store alone: its connection is a stranger's until it was read.</summary>
    [Theory]
    [InlineData(100, 40)]
    [InlineData(100, 4000)]
    [InlineData(100, 30_000)]
    public async Task U1_a_cold_session_with_many_requests_at_once_is_served(int requests, int bytes)
    {
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.RestartAsync();
        using var connection = new Http2Connection(rig.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ =>
            connection.SendAsync(connection.Request(HttpMethod.Get, "/app", $"authservice_session={session}; junk={new string('a', bytes)}"))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(1, connection.Opened);
    }

    // The start and the callback of a login, each on a new HTTP/2 connection.
    private static async Task<IReadOnlyList<string>> LogInAsync(GatewayRig rig)
    {
        using var first = new Http2Connection(rig.Address);
        var start = await first.SendAsync(first.Request(HttpMethod.Get, "/authservice/login", null));
        var url = start.Location!;
        while (!url.StartsWith(rig.PublicUrl, StringComparison.Ordinal))
        {
            url = (await rig.NewBrowser().GetAsync(url)).Location!;
        }

        using var second = new Http2Connection(rig.Address);
        var cookies = string.Join("; ", start.SetCookies.Select(cookie => cookie.Split(';')[0]));
        return (await second.SendAsync(second.Request(HttpMethod.Get, new Uri(url).PathAndQuery, cookies))).SetCookies;
    }

    private static byte[] Form => RawHttp2.Field("content-type", "application/x-www-form-urlencoded");

    private static async Task<RawHttp2> UnfinishedAsync(GatewayRig rig, int count, byte[]? fields = null)
    {
        var connection = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false);
        for (var i = 0; i < count; i++)
        {
            await connection.RequestAsync((2 * i) + 1, "POST", "/authservice/backchannel-logout", GatewayRig.PublicHost, isEnd: false, [.. fields ?? [], .. Form]);
        }

        return connection;
    }

    private static Task<GatewayRig> StartAsync(params (string Name, string Value)[] more) => GatewayRig.StartAsync(settings: new Dictionary<string, string>(
        more.Append(("SERVER_H2C", "true")).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))));
}
