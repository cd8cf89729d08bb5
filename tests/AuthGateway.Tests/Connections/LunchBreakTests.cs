using AuthGateway.Sessions;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Connections;

/// <summary>A notebook whose only traffic is an open WebSocket stays logged in; without it, it does not.</summary>
public class LunchBreakTests
{
    [Fact]
    public async Task Open_connection_drives_the_refresh_without_any_request()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300, RefreshSeconds = 1800, SingleUse = true });
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);

        for (var i = 1; i <= 4; i++)
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(10));
            await rig.RefreshesAsync(i);
        }

        Assert.False(socket.Ended.IsCompleted);
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Event_stream_drives_it_too()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 });
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync($"GET /notebook/sse HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\n\r\n");
        await Deadline.UntilAsync(() => rig.Gateway.Upstream.Last.Target == "/notebook/sse", "it is open");

        rig.Clock.Advance(TimeSpan.FromMinutes(10));

        await rig.RefreshesAsync(1);
    }

    [Fact]
    public async Task Open_connection_counts_as_use_for_the_idle_timeout_until_it_closes()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "10m" });
        using (var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session))
        {
            for (var i = 0; i < 3; i++)
            {
                rig.Clock.Advance(TimeSpan.FromMinutes(30));
                Assert.Equal(200, await rig.StatusAsync());
            }

            Assert.False(socket.Ended.IsCompleted);
        }

        // The gateway has noticed when the rest begins to count: a session without a connection ends after the limit.
        await Deadline.UntilAsync(
            async () =>
            {
                rig.Clock.Advance(TimeSpan.FromMinutes(11));
                return await rig.StatusAsync() == 401;
            },
            "it ends without the connection");
    }

    [Fact]
    public async Task Upstream_sees_the_connection_end_too()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);

        rig.Clock.Advance(TimeSpan.FromDays(1));

        await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => rig.Gateway.Upstream.OpenSockets == 0, "the app's side is closed");
    }
}
