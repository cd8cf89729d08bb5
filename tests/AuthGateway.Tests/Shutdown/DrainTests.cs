using System.Diagnostics;
using System.Net.WebSockets;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Shutdown;

/// <summary>What is under way when the process is told to end (G7).</summary>
public class DrainTests
{
    [Fact]
    public async Task G7_uploads_downloads_and_slow_calls_end_well_then_sockets_and_streams_are_closed_cleanly()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri });
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        using var socket = await OpenSocket.ConnectAsync(rig, session.Split('=', 2)[1], "/ws");
        using var events = await AskAsync(rig, "GET", "/sse", session);
        using var slow = await AskAsync(rig, "GET", "/slow", session);
        using var download = await AskAsync(rig, "GET", "/download", session);
        using var upload = await AskAsync(rig, "POST", "/upload", session, "Content-Length: 2000");
        await upload.SendAsync(new string('a', 1000));
        await Deadline.UntilAsync(() => upstream.Begun == 5, "all five under way");

        var stopped = rig.BeginStopAsync(TimeSpan.FromSeconds(30));
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/metrics")).Text.Contains("authgateway_requests_open{otel_scope_name=\"AuthGateway\"} 5", StringComparison.Ordinal), "what is still open is on /metrics");
        Assert.Equal(200, (await rig.SendAsync("GET", "/authservice/site/homepage")).Status);
        Assert.False(socket.Ended.IsCompleted, "the socket waits for the end");
        await upload.SendAsync(new string('a', 1000));
        upstream.Gate.SetResult();

        var (taken, late) = ((await upload.ReadAsync())!, (await slow.ReadAsync())!);
        Assert.Equal((200, "2000"), (taken.Status, taken.Text));
        Assert.Equal((200, "late"), (late.Status, late.Text));
        Assert.Equal(2 * GatedUpstream.Half, (await download.ReadAsync())!.Body.Length);
        Assert.Equal((WebSocketCloseStatus)1001, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10)));
        await stopped;
    }

    [Fact]
    public async Task G7_sockets_and_streams_without_a_session_hold_up_nothing_and_are_closed_cleanly_too()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri, ["SKIP_AUTH_URLS"] = "/public" });
        using var socket = await OpenSocket.ConnectAsync(rig, "none", "/public/ws");
        using var events = await AskAsync(rig, "GET", "/public/sse", "Accept: text/event-stream");
        using var tokenEvents = await AskAsync(rig, "GET", "/sse", "Accept: text/event-stream", "Authorization: Bearer " + rig.Provider.IdToken());
        await Deadline.UntilAsync(() => upstream.Begun == 3, "all three under way");
        var started = Stopwatch.GetTimestamp();

        await rig.BeginStopAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((WebSocketCloseStatus)1001, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task G7_what_does_not_end_within_the_time_is_broken_off_and_said()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri, ["SHUTDOWN_TIMEOUT"] = "1" });
        using var slow = await AskAsync(rig, "GET", "/slow", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync()));
        await Deadline.UntilAsync(() => upstream.Begun == 1, "under way");
        var started = Stopwatch.GetTimestamp();

        await rig.BeginStopAsync(TimeSpan.FromSeconds(4));

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.9, 8);
        Assert.Contains("1 request(s) have not ended within SHUTDOWN_TIMEOUT (1 s) and are broken off.", rig.Log.Text, StringComparison.Ordinal);
    }

    private static async Task<RawClient> AskAsync(GatewayRig rig, string method, string path, params string[] lines)
    {
        var client = await RawClient.ConnectAsync(rig.Address);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
        return client;
    }
}
