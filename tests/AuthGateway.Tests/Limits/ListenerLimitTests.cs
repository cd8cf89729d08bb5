namespace AuthGateway.Tests.Limits;

/// <summary>What is read ahead, and numbers that are none (U2, S8).</summary>
public class ListenerLimitTests
{
    [Fact]
    public async Task U2_input_behind_a_request_under_way_is_bounded()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri });
        using var stranger = await RawClient.ConnectAsync(rig.Address);
        await stranger.SendAsync($"GET /public HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n\r\n");
        await Deadline.UntilAsync(() => upstream.Begun == 1, "one under way");
        var behind = stranger.SendAsync(new byte[64 * 1024 * 1024]);

        // The systems on both sides keep a few MiB of their own; the gateway takes 128 KiB.
        await Task.WhenAny(behind, Task.Delay(TimeSpan.FromMilliseconds(500)));
        Assert.False(behind.IsCompleted, "64 MiB were taken");
        stranger.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => behind);
    }

    [Theory]
    [InlineData("123456789012345678901")]
    [InlineData("1234567890123456789012345678901234567890")]
    [InlineData("00000000000000000000000000000000000000004")]
    [InlineData("99999999999999999999")]
    public async Task S8_a_content_length_that_is_no_number_is_400_and_no_stack_trace(string length)
    {
        await using var inline = await GatewayRig.StartAsync();
        await using var checks = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        foreach (var rig in new[] { inline, checks })
        {
            rig.Log.Lines.Clear();

            var answer = await rig.SendAsync("POST", "/public", "Content-Length: " + length);

            Assert.Equal(400, answer.Status);
            AssertQuiet(rig);
        }
    }

    [Theory]
    [InlineData("123456789012345678901")]
    [InlineData("1234567890123456789012345678901234567890")]
    public async Task S8_over_http2_the_connection_says_goodbye_without_a_stack_trace_and_others_go_on(string length)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SERVER_H2C"] = "true" });
        using var other = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false, window: 65535);
        using var connection = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false, window: 65535);
        await connection.RequestAsync(1, "GET", "/public", GatewayRig.PublicHost, isEnd: true, []);
        await Deadline.UntilAsync(() => connection.Count(RawHttp2.Headers) == 1, "a good answer");
        rig.Log.Lines.Clear();

        await connection.RequestAsync(3, "POST", "/public", GatewayRig.PublicHost, isEnd: true, RawHttp2.Field("content-length", length));

        // Kestrel treats a malformed head as an error of the connection, which RFC 9113 §5.4.1 allows: GOAWAY, not a bare end.
        await Deadline.UntilAsync(() => connection.Count(RawHttp2.GoAway) == 1, "GOAWAY");
        await other.RequestAsync(1, "GET", "/public", GatewayRig.PublicHost, isEnd: true, []);
        await Deadline.UntilAsync(() => other.Count(RawHttp2.Headers) == 1, "another connection goes on");
        AssertQuiet(rig);
    }

    private static void AssertQuiet(GatewayRig rig)
    {
        var said = rig.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.True(said.Count <= 1, string.Join('\n', said));
        Assert.DoesNotContain("   at ", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("IndexOutOfRange", rig.Log.Text, StringComparison.Ordinal);
    }
}
