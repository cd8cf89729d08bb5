namespace AuthGateway.Tests.Limits;

/// <summary>Our own endpoints, and connections that say nothing (U2, U9, S13).</summary>
public class StrangerWatchTests
{
    [Fact]
    public async Task U2_answers_of_ours_that_are_not_read_are_ended()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["STRANGER_TIMEOUT"] = "2" });
        using var stranger = await RawClient.ConnectAsync(rig.Address);
        var flood = SendAsync(stranger, string.Concat(Enumerable.Repeat($"GET /authservice/site/homepage HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n\r\n", 20_000)));

        await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "own_endpoint") == 1, "the stranger is given up", seconds: 30);
        await flood;
    }

    [Fact]
    public async Task S13_a_connection_that_says_nothing_between_requests_is_closed_also_beside_a_check_listener()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CONNECTION_IDLE_TIMEOUT"] = "1", ["EXT_AUTHZ_PORT"] = "0" });
        using var idle = await RawClient.ConnectAsync(rig.Address);
        using var check = await RawClient.ConnectAsync(rig.ExtAuthzAddress);
        var ask = $"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\n\r\n";
        await idle.SendAsync(ask);
        await check.SendAsync(ask);
        Assert.Equal((401, 401), ((await idle.ReadAsync())!.Status, (await check.ReadAsync())!.Status));

        Assert.True(await LimitRig.IsClosedAsync(idle));
        await check.SendAsync(ask);
        Assert.Equal(401, (await check.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Connection_of_http_2_that_stops_in_the_middle_of_a_frame_is_closed_and_its_place_is_free()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CONNECTION_IDLE_TIMEOUT"] = "1", ["SERVER_H2C"] = "true", ["CONNECTIONS_MAX"] = "16" });
        var silent = new List<RawHttp2>();
        try
        {
            // As many as the listener accepts, 16 above the limit.
            for (var i = 0; i < 40; i++)
            {
                silent.Add(await RawHttp2.ConnectAsync(rig.Address.Port, tls: false));
                await silent[^1].SendAsync([0]);
            }

            await Task.WhenAll(silent.Select(connection => connection.Closed)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json")).Status);
        }
        finally
        {
            silent.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task Answers_of_the_probe_port_that_are_not_read_are_ended()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["STRANGER_TIMEOUT"] = "2" });
        using var stranger = await RawClient.ConnectAsync(rig.ProbeAddress);
        var flood = SendAsync(stranger, string.Concat(Enumerable.Repeat($"GET /metrics HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n\r\n", 5_000)));

        await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "own_endpoint") == 1, "the stranger is given up", seconds: 30);
        await flood;
    }

    private static async Task SendAsync(RawClient client, string text)
    {
        try
        {
            await client.SendAsync(text);
        }
        catch (IOException)
        {
            // It was closed meanwhile.
        }
    }
}
