using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Connections;

/// <summary>Ending means ending: whatever ends a session closes what it has open, within a second.</summary>
public class EndingTests
{
    private const int HalfFrame = 2 + 17; // header and "the first half of"
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Logout_closes_the_sockets_of_that_session_and_of_no_other()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var mine = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        using var second = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        using var other = await OpenSocket.ConnectAsync(rig.Gateway, rig.Gateway.SessionOf(await rig.Gateway.LogInAsync(ProviderUser.Bob)));

        await ClosedWithinAsync(Promise, () => LogOutAsync(rig), mine, second);

        Assert.Equal("session ended", mine.Reason);
        Assert.False(other.Ended.IsCompleted);
    }

    [Fact]
    public async Task Logout_token_of_the_provider_closes_them()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);

        await ClosedWithinAsync(Promise, () => rig.Gateway.SendTokenAsync(LogoutTokens.Make(rig.Provider, sub: "sub-alice")), socket);
    }

    [Fact]
    public async Task Another_process_closes_them()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        using var elsewhere = new SqliteSessionStore(new AuthGateway.Configuration.SessionOptions { StorePath = rig.Gateway.StorePath, Secrets = SecretSource.Empty }, TimeProvider.System);
        var row = Assert.Single(await elsewhere.ListAsync(new SessionFilter(), 10, CancellationToken.None));

        await ClosedWithinAsync(TimeSpan.FromSeconds(1.5), () => elsewhere.DeleteAsync(row.Hash, CancellationToken.None), socket);
    }

    [Fact]
    public async Task Absolute_end_closes_them()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), new Dictionary<string, string> { ["SESSION_MAX_AGE"] = "1h" });
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);

        await ClosedWithinAsync(
            TimeSpan.FromSeconds(1.5),
            () =>
            {
                rig.Clock.Advance(TimeSpan.FromHours(1));
                return Task.CompletedTask;
            },
            socket);
    }

    [Fact]
    public async Task Refusal_of_the_provider_to_refresh_closes_them_without_any_request()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        rig.Provider.Logins.Last().Kill();

        rig.Clock.Advance(TimeSpan.FromSeconds(590));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/notebook/sse")]
    [InlineData("/api/hang")]
    public async Task Streams_and_long_polls_are_broken_off(string path)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\n\r\n");
        await Deadline.UntilAsync(() => rig.Gateway.Upstream.Last.Target == path, "it is open");

        var started = Stopwatch.GetTimestamp();
        await LogOutAsync(rig);

        await ReadToEndAsync(client);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Promise);
    }

    [Fact]
    public async Task Frame_under_way_is_not_broken_by_a_close_frame_inside_it()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync(
            $"GET /notebook/half-frame HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        Assert.Equal(101, (await client.ReadAsync())?.Status);
        Assert.NotNull(await client.Reader.ExactAsync(HalfFrame));

        var started = Stopwatch.GetTimestamp();
        await LogOutAsync(rig);

        Assert.Equal(0, await ReadToEndAsync(client));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Promise);
    }

    [Fact]
    public async Task Sockets_close_within_a_second_p99()
    {
        const int sessions = 100;
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        var delays = new List<double>();
        for (var i = 0; i < sessions; i++)
        {
            var session = rig.Gateway.SessionOf(await rig.Gateway.LogInAsync());
            using var socket = await OpenSocket.ConnectAsync(rig.Gateway, session);
            var started = Stopwatch.GetTimestamp();
            var logout = await rig.Gateway.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");
            Assert.Equal(201, logout.Status);
            await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            delays.Add(Stopwatch.GetElapsedTime(started, socket.EndedAt).TotalMilliseconds);
        }

        delays.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"logout request sent → close frame received, {sessions} sessions: p50 {delays[49]:0.0} ms, p99 {delays[98]:0.0} ms, longest {delays[99]:0.0} ms");
        Assert.InRange(delays[98], 0, Promise.TotalMilliseconds);
    }

    private static async Task ClosedWithinAsync(TimeSpan limit, Func<Task> end, params OpenSocket[] sockets)
    {
        Assert.All(sockets, socket => Assert.False(socket.Ended.IsCompleted));
        var started = Stopwatch.GetTimestamp();
        await end();
        foreach (var socket in sockets)
        {
            Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
            Assert.InRange(Stopwatch.GetElapsedTime(started, socket.EndedAt), TimeSpan.Zero, limit);
        }
    }

    private static async Task LogOutAsync(RefreshRig rig) => Assert.Equal(
        201, (await rig.Gateway.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + rig.Session, "Content-Length: 0")).Status);

    private static async Task<int> ReadToEndAsync(RawClient client)
    {
        var count = 0;
        try
        {
            while (await client.Reader.SomeAsync() is { Length: > 0 } some)
            {
                count += some.Length;
            }
        }
        catch (IOException)
        {
            // Reset: closed too.
        }

        return count;
    }
}
