using AuthGateway.Limits.Http2;
using AuthGateway.Tests.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>Header bytes that come otherwise than at the beginning of a request: trailers, blocks without an end (U1).</summary>
public sealed class StrangerTrailerTests : IDisposable
{
    private static readonly byte[] Bytes31 = [.. Enumerable.Repeat((byte)0xBE, 31)];
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("/public/slow")]
    [InlineData("/authservice/site/homepage")]
    [InlineData("/authservice/backchannel-logout")]
    public async Task U1_trailers_count_as_header_bytes(string path)
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream);
        var gate = rig.Server.Services.GetRequiredService<StrangerGate>();
        using var bomb = await RawHttp2.ConnectAsync(rig.Address.Port);
        for (var stream = 1; stream < 20; stream += 2)
        {
            var field = stream == 1 ? RawHttp2.Indexed("x-a", new string('a', 4000)) : [];
            await bomb.RequestAsync(stream, "POST", path, GatewayRig.PublicHost, isEnd: false, [.. field, .. RawHttp2.Field("content-type", "application/x-www-form-urlencoded")]);
        }

        for (var stream = 1; stream < 20; stream += 2)
        {
            await bomb.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, stream, Bytes31));
        }

        await bomb.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(await LimitRig.ReachedAsync(rig, "header_bytes") >= 1);
        await Deadline.UntilAsync(() => gate.HeaderBytes == 0 && gate.Requests == 0, "what it held is given back");
    }

    [Fact]
    public async Task U1_usual_trailers_of_a_stranger_pass()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream);
        using var client = await RawHttp2.ConnectAsync(rig.Address.Port, window: 65_535);

        for (var stream = 1; stream < 60; stream += 2)
        {
            await client.RequestAsync(stream, "POST", "/public/upload", GatewayRig.PublicHost, isEnd: false, []);
            await client.SendAsync([
                .. RawHttp2.Frame(RawHttp2.Data, 0, stream, "abc"u8.ToArray()),
                .. RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, stream, RawHttp2.Field("x-checksum", "1234"))]);
        }

        upstream.Gate.SetResult();
        await Deadline.UntilAsync(() => client.Count(RawHttp2.Headers) == 30, "thirty answers");
        Assert.False(client.Closed.IsCompleted);
        await Deadline.UntilAsync(() => rig.Server.Services.GetRequiredService<StrangerGate>().HeaderBytes == 0, "all is given back");
    }

    /// <summary>What is not whole is not decoded: it holds what was sent for it.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(16, true)]
    [InlineData(40, false)]
    public async Task U1_a_block_without_an_end_is_not_decoded_and_has_few_frames(int continuations, bool isOpen)
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await StartAsync(upstream);
        using var bomb = await RawHttp2.ConnectAsync(rig.Address.Port);
        await bomb.RequestAsync(1, "GET", "/authservice/site/homepage", GatewayRig.PublicHost, isEnd: true, RawHttp2.Indexed("x-a", new string('a', 4000)));
        await bomb.RequestAsync(3, "GET", "/authservice/site/homepage", GatewayRig.PublicHost, isEnd: true, Bytes31, flags: 0);
        for (var i = 0; i < continuations; i++)
        {
            await bomb.SendAsync(RawHttp2.Frame(RawHttp2.Continuation, 0, 3, [0xBE]));
        }

        if (!isOpen)
        {
            await bomb.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            return;
        }

        // 30 fields of 4,000 bytes would be too much for the server, had it looked at them.
        using var other = new Http2Connection(rig.Address);
        Assert.Equal(401, (await other.SendAsync(other.Request(HttpMethod.Get, "/app", null, "Accept: application/json"))).Status);
        Assert.False(bomb.Closed.IsCompleted);
    }

    public void Dispose() => _folder.Dispose();

    private Task<GatewayRig> StartAsync(GatedUpstream upstream)
    {
        var settings = new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri };
        TlsFiles.Use(settings, _folder.Path);
        return GatewayRig.StartAsync(settings: settings);
    }
}
