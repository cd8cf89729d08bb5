namespace AuthGateway.Tests.Limits;

/// <summary>Connections of strangers give way (G1).</summary>
public class ConnectionLimitTests
{
    [Fact]
    public async Task G1_silent_connections_give_way_to_new_ones_and_those_of_sessions_stay()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CONNECTIONS_MAX"] = "20" });
        var session = rig.SessionOf(await rig.LogInAsync());
        var ask = $"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={session}\r\n\r\n";
        using var notebook = await RawClient.ConnectAsync(rig.Address);
        await notebook.SendAsync(ask);
        Assert.Equal(200, (await notebook.ReadAsync())!.Status);
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                silent.Add(await RawClient.ConnectAsync(rig.Address));
            }

            Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);
            await notebook.SendAsync(ask);
            Assert.Equal(200, (await notebook.ReadAsync())!.Status);
            Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
            Assert.True(await LimitRig.IsClosedAsync(silent[0]), "the oldest is closed first");
            await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "connections") >= 80, "eighty were closed");
            await Deadline.UntilAsync(() => rig.Log.Text.Contains("Limit connections was reached", StringComparison.Ordinal), "the line");
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Burst_of_new_connections_closes_no_more_old_ones_than_it_needs()
    {
        const int Most = 640, Burst = 200;
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CONNECTIONS_MAX"] = $"{Most}" });
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < Most; i++)
            {
                silent.Add(await RawClient.ConnectAsync(rig.Address));
            }

            silent.AddRange(await Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => RawClient.ConnectAsync(rig.Address))));
            await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "connections") >= Burst, "old ones were closed");
            await rig.ProbeAsync("/healthz");

            // A 64th of the limit is closed at a time.
            Assert.InRange(await LimitRig.ReachedAsync(rig, "connections"), Burst, Burst + (Most / 64));
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Probes_have_places_of_their_own()
    {
        await using var rig = await GatewayRig.StartAsync();
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                silent.Add(await RawClient.ConnectAsync(rig.ProbeAddress));
            }

            Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
            Assert.True(await LimitRig.ReachedAsync(rig, "probe_connections") > 100);
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }
}
