using AuthGateway.Tests.Connections;

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

    /// <summary>The same over one HTTP/2 connection for each person, which holds what no stranger's may, while strangers hold all that they can.</summary>
    [Fact]
    public async Task Over_http_2_beside_a_header_bomb_and_silent_strangers_nothing_of_a_session_is_cut()
    {
        await using var upstream = await GatedUpstream.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri,
            ["SERVER_H2C"] = "true",
            ["STRANGER_TIMEOUT"] = "1",
            ["STRANGER_STREAMS_MAX"] = "4",
            ["STRANGER_REQUESTS_MAX"] = "16",
            ["STRANGER_HEADER_BYTES_TOTAL"] = "100000",
            ["CONNECTIONS_MAX"] = "40",
        });
        var cookie = "authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        var people = Enumerable.Range(0, 4).Select(_ => new Http2Connection(rig.Address)).ToList();
        await Task.WhenAll(people.Select(person => person.SendAsync(person.Request(HttpMethod.Post, "/upload", cookie))));
        var sockets = await Task.WhenAll(people.SelectMany(person => Enumerable.Range(0, 12).Select(_ => person.OpenSocketAsync("/ws", cookie))));
        var downloads = people.SelectMany(person => Enumerable.Range(0, 50).Select(_ => person.SendAsync(person.Request(HttpMethod.Get, "/download", cookie)))).ToList();
        var upload = people[0].Request(HttpMethod.Post, "/upload", cookie);
        upload.Content = new Slowly(6);
        var uploading = people[0].SendAsync(upload);
        await Deadline.UntilAsync(() => upstream.Begun == 4 + 48 + 200 + 1, "everything under way", seconds: 60);

        var strangers = new List<IDisposable>();
        for (var i = 0; i < 60; i++)
        {
            strangers.Add(await RawClient.ConnectAsync(rig.Address));
            var bomb = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false);
            strangers.Add(bomb);
            for (var stream = 1; stream < 12; stream += 2)
            {
                byte[] fields = stream == 1 ? RawHttp2.Indexed("x-a", new string('a', 4000)) : [.. Enumerable.Repeat((byte)0xBE, 15)];
                await bomb.RequestAsync(stream, "GET", "/authservice/site/homepage", GatewayRig.PublicHost, isEnd: true, fields);
            }
        }

        await uploading;
        upstream.Gate.SetResult();
        Assert.Equal("6", (await uploading).Text);
        Assert.All(await Task.WhenAll(downloads), answer => Assert.Equal(2 * GatedUpstream.Half, answer.Body.Length));
        Assert.All(sockets, socket => Assert.Equal(System.Net.WebSockets.WebSocketState.Open, socket.State));
        Assert.All(people, person => Assert.Equal(1, person.Opened));
        Assert.True(await LimitRig.ReachedAsync(rig, "connections") > 0);
        strangers.ForEach(stranger => stranger.Dispose());
        Array.ForEach(sockets, socket => socket.Dispose());
        people.ForEach(person => person.Dispose());
    }

    /// <summary>A body of so many bytes, each half a second after the other.</summary>
    private sealed class Slowly(int length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var i = 0; i < length; i++)
            {
                await stream.WriteAsync(new byte[1]);
                await stream.FlushAsync();
                await Task.Delay(TimeSpan.FromSeconds(0.5));
            }
        }

        protected override bool TryComputeLength(out long bytes)
        {
            bytes = length;
            return true;
        }
    }

    private static async Task<RawClient> AskAsync(GatewayRig rig, string session, string line, string more = "")
    {
        var client = await RawClient.ConnectAsync(rig.Address);
        await client.SendAsync($"{line} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={session}\r\n{more}\r\n");
        return client;
    }
}
