namespace AuthGateway.Tests.Limits;

/// <summary>Requests to public paths of somebody without a session (U2, U4, S13).</summary>
public class StrangerForwardTests
{
    private const string Host = "Host: " + GatewayRig.PublicHost + "\r\n";

    [Fact]
    public async Task U4_strangers_hold_so_many_upstream_requests_and_sessions_are_not_counted()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream, ("STRANGER_UPSTREAM_MAX", "3"));
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        var waiting = Enumerable.Range(0, 3).Select(_ => rig.SendAsync("GET", "/slow")).ToList();
        await Deadline.UntilAsync(() => upstream.Begun == 3, "three under way");

        var one = await rig.SendAsync("GET", "/slow");

        Assert.Equal((503, "5"), (one.Status, one.Header("Retry-After")));
        var own = rig.SendAsync("GET", "/other", "Cookie: authservice_session=" + session);
        await Deadline.UntilAsync(() => upstream.Begun == 4, "the session's is forwarded");
        upstream.Gate.SetResult();
        Assert.All(await Task.WhenAll([.. waiting, own]), answer => Assert.Equal(200, answer.Status));
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/metrics")).Text.Contains("authgateway_strangers_forwards{otel_scope_name=\"AuthGateway\"} 0", StringComparison.Ordinal), "every place is given back");
    }

    /// <summary>A proxy reuses its connections: one person's session says nothing about the next request.</summary>
    [Fact]
    public async Task U4_a_trusted_proxys_connection_that_has_carried_a_session_lifts_no_limit()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri,
            ["SKIP_AUTH_URLS"] = "/slow",
            ["STRANGER_UPSTREAM_MAX"] = "1",
            ["TRUSTED_PROXIES"] = "127.0.0.1/32",
        });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        using var proxy = await RawClient.ConnectAsync(rig.Address);
        await proxy.SendAsync($"POST /upload/mine HTTP/1.1\r\n{Host}Cookie: authservice_session={session}\r\nContent-Length: 1\r\n\r\n1");
        Assert.Equal(200, (await proxy.ReadAsync())!.Status);
        await proxy.SendAsync($"GET /slow HTTP/1.1\r\n{Host}\r\n");
        await Deadline.UntilAsync(() => upstream.Begun == 2, "the public one is under way");

        Assert.Equal(503, (await rig.SendAsync("GET", "/slow")).Status);

        upstream.Gate.SetResult();
        Assert.Equal(200, (await proxy.ReadAsync())!.Status);
    }

    [Fact]
    public async Task S13_an_unfinished_body_to_a_public_path_is_ended_after_a_time_and_a_sessions_is_not()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream, ("STRANGER_TIMEOUT", "1"));
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        using var stranger = await RawClient.ConnectAsync(rig.Address);
        using var notebook = await RawClient.ConnectAsync(rig.Address);
        await stranger.SendAsync($"POST /upload/public HTTP/1.1\r\n{Host}Content-Length: 10\r\n\r\n12345");
        await notebook.SendAsync($"POST /upload/mine HTTP/1.1\r\n{Host}Cookie: authservice_session={session}\r\nContent-Length: 10\r\n\r\n12345");
        await Deadline.UntilAsync(() => upstream.Begun == 2, "both under way");

        await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "unfinished_body") == 1, "the stranger is given up");
        await notebook.SendAsync("67890");

        Assert.Equal("10", (await notebook.ReadAsync())!.Text);
    }

    [Fact]
    public async Task U2_an_answer_of_a_public_path_that_a_stranger_does_not_read_is_ended()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        upstream.Gate.SetResult();
        await using var rig = await StartAsync(upstream, ("STRANGER_TIMEOUT", "1"));
        using var stranger = await RawClient.ConnectAsync(rig.Address);

        await stranger.SendAsync(string.Concat(Enumerable.Repeat($"GET /download HTTP/1.1\r\n{Host}\r\n", 60)));

        await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "unread_answer") == 1, "the stranger is given up", seconds: 30);
    }

    /// <summary>A byte now and then, a silent answer, a body that was only announced: no place is held for ever.</summary>
    [Theory]
    [InlineData("POST /upload/public HTTP/1.1\r\n{0}Content-Length: 100000\r\n\r\n1")]
    [InlineData("POST /upload/public HTTP/1.1\r\n{0}Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n")]
    [InlineData("GET /sse HTTP/1.1\r\n{0}\r\n")]
    [InlineData("GET /ws HTTP/1.1\r\n{0}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")]
    public async Task U9_the_slowest_gives_way_when_every_place_is_taken(string slow)
    {
        await using var upstream = await GatedUpstream.StartAsync();
        upstream.Gate.SetResult();
        await using var rig = await StartAsync(upstream, ("STRANGER_UPSTREAM_MAX", "2"), ("STRANGER_TIMEOUT", "3"));
        var slowly = new List<RawClient>();
        for (var i = 0; i < 2; i++)
        {
            slowly.Add(await RawClient.ConnectAsync(rig.Address));
            await slowly[i].SendAsync(slow.Replace("{0}", Host, StringComparison.Ordinal));
        }

        await Deadline.UntilAsync(() => upstream.Begun == 2, "both under way");
        Assert.Equal(503, (await rig.SendAsync("GET", "/slow")).Status);
        await Deadline.UntilAsync(
            async () =>
            {
                if (slow.StartsWith("POST", StringComparison.Ordinal))
                {
                    // A drip: a byte within the time.
                    await Task.WhenAll(slowly.Select(client => LimitRig.TrySendAsync(client, "2")));
                }

                return (await rig.SendAsync("GET", "/slow")).Status == 200;
            },
            "a place for the next");
        Assert.Equal(1, await LimitRig.ReachedAsync(rig, "slow_forward"));
        slowly.ForEach(client => client.Dispose());
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/metrics")).Text.Contains("authgateway_strangers_forwards{otel_scope_name=\"AuthGateway\"} 0", StringComparison.Ordinal), "every place is given back");
    }

    private static Task<GatewayRig> StartAsync(GatedUpstream upstream, params (string Name, string Value)[] more) => GatewayRig.StartAsync(settings: new Dictionary<string, string>(
        more.Append(("UPSTREAM_URL", upstream.Address.AbsoluteUri)).Append(("SKIP_AUTH_URLS", "/slow,/upload/public,/download,/sse,/ws"))
            .Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))));
}
