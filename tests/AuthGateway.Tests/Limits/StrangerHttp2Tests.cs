using AuthGateway.Limits.Http2;
using AuthGateway.Tests.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>What a stranger's HTTP/2 connection may hold (U1).</summary>
public sealed class StrangerHttp2Tests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task U1_header_bytes_under_way_are_bounded_and_given_back()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream);
        var gate = rig.Server.Services.GetRequiredService<StrangerGate>();
        using var connection = new Http2Connection(rig.Address);
        var waiting = Enumerable.Range(0, 5).Select(_ => connection.SendAsync(connection.Request(HttpMethod.Get, "/public/slow", null, Big))).ToList();
        await Deadline.UntilAsync(() => upstream.Begun == 5, "five under way");
        Assert.InRange(gate.HeaderBytes, 5 * 40_000, 5 * 41_000);

        var more = Enumerable.Range(0, 2).Select(_ => connection.SendAsync(connection.Request(HttpMethod.Get, "/public/slow", null, Big))).ToList();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(more));

        await Deadline.UntilAsync(() => gate.HeaderBytes == 0, "what it held is given back");
        Assert.Equal(1, await LimitRig.ReachedAsync(rig, "header_bytes"));
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task U1_streams_of_a_stranger_are_few()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream, ("STRANGER_STREAMS_MAX", "4"));
        using var connection = new Http2Connection(rig.Address);
        var waiting = Enumerable.Range(0, 4).Select(_ => connection.SendAsync(connection.Request(HttpMethod.Get, "/public/slow", null))).ToList();
        await Deadline.UntilAsync(() => upstream.Begun == 4, "four under way");

        await Assert.ThrowsAsync<HttpRequestException>(() => connection.SendAsync(connection.Request(HttpMethod.Post, "/public/slow", null)));

        upstream.Gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
        Assert.True(await LimitRig.ReachedAsync(rig, "streams") >= 1);
    }

    [Fact]
    public async Task U1_a_connection_that_has_shown_a_session_meets_no_limit_of_these()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri, ["STRANGER_STREAMS_MAX"] = "4" });
        var cookie = "authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        await rig.RestartAsync(environment => TlsFiles.Use(environment, _folder.Path));
        using var connection = new Http2Connection(rig.Address);
        Assert.Equal(200, (await connection.SendAsync(connection.Request(HttpMethod.Post, "/upload", cookie))).Status);

        var waiting = Enumerable.Range(0, 40).Select(_ => connection.SendAsync(connection.Request(HttpMethod.Get, "/slow", cookie, Big))).ToList();
        await Deadline.UntilAsync(() => upstream.Begun == 41, "forty under way");

        upstream.Gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Big => [.. Enumerable.Range(0, 4).Select(i => $"X-Big-{i}: {new string('a', 10_000)}")];

    private Task<GatewayRig> StartAsync(GatedUpstream upstream, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri };
        TlsFiles.Use(settings, _folder.Path);
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return GatewayRig.StartAsync(settings: settings);
    }
}
