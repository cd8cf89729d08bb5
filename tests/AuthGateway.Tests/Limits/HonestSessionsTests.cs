using AuthGateway.Tests.Connections;
using AuthGateway.Tests.Rig;
using AuthGateway.Tests.Shutdown;

namespace AuthGateway.Tests.Limits;

/// <summary>A day of notebooks beside limits that are as tight as they can be: nothing of a session is cut.</summary>
public class HonestSessionsTests
{
    [Fact]
    public async Task Idle_sockets_slow_uploads_silent_event_streams_and_many_downloads_of_sessions_meet_no_limit()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri,
            ["STRANGER_TIMEOUT"] = "1",
            ["STRANGER_UPSTREAM_MAX"] = "1",
            ["CONNECTIONS_MAX"] = "300",
        });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        var sockets = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => OpenSocket.ConnectAsync(rig, session, "/ws")));
        using var events = await AskAsync(rig, session, "GET /sse");
        using var upload = await AskAsync(rig, session, "POST /upload", "Content-Length: 5\r\n");
        var downloads = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => AskAsync(rig, session, "GET /download")));
        await Deadline.UntilAsync(() => upstream.Begun == 252, "everything under way", seconds: 60);

        // More than the time that a stranger has, one byte a second.
        for (var i = 0; i < 5; i++)
        {
            await upload.SendAsync("a");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        upstream.Gate.SetResult();
        Assert.Equal("5", (await upload.ReadAsync())!.Text);
        Assert.All(await Task.WhenAll(downloads.Select(download => download.ReadAsync())), answer => Assert.Equal(2 * GatedUpstream.Half, answer!.Body.Length));
        Assert.All(sockets, socket => Assert.False(socket.Ended.IsCompleted));
        Assert.DoesNotContain("Limit ", rig.Log.Text, StringComparison.Ordinal);
        Array.ForEach(sockets, socket => socket.Dispose());
        Array.ForEach(downloads, download => download.Dispose());
    }

    private static async Task<RawClient> AskAsync(GatewayRig rig, string session, string line, string more = "")
    {
        var client = await RawClient.ConnectAsync(rig.Address);
        await client.SendAsync($"{line} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={session}\r\n{more}\r\n");
        return client;
    }
}
