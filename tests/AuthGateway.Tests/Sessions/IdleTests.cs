using System.Net.Sockets;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Sessions;

/// <summary><c>SESSION_IDLE_TIMEOUT</c> and the store.</summary>
public class IdleTests
{
    private static readonly Dictionary<string, string> TenMinutes = new() { ["SESSION_IDLE_TIMEOUT"] = "10m" };

    [Fact]
    public async Task Use_that_another_process_saw_is_read_before_a_session_is_called_idle()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), TenMinutes);
        Assert.Equal(200, await rig.StatusAsync());
        using var elsewhere = Open(rig);
        var row = Assert.Single(await elsewhere.ListAsync(new SessionFilter(), 10, CancellationToken.None));
        rig.Clock.Advance(TimeSpan.FromMinutes(11));

        await elsewhere.TouchAsync([new(row.Hash, rig.Clock.GetUtcNow().AddMinutes(-5))], CancellationToken.None);

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Idle_session_leaves_the_store_when_it_is_seen()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), TenMinutes);
        rig.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Fact]
    public async Task Last_use_reaches_the_store_off_the_request_path_and_not_with_every_request()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "20" });
        using var elsewhere = Open(rig);
        var written = new HashSet<DateTimeOffset>();
        var began = rig.Clock.GetUtcNow();
        while (rig.Clock.GetUtcNow() - began < TimeSpan.FromSeconds(7))
        {
            Assert.Equal(200, await rig.StatusAsync());
            written.Add((await elsewhere.ListAsync(new SessionFilter(), 10, CancellationToken.None)).Single().LastUsedAt);
        }

        // Every 2 s: the login's own time and at most four more.
        Assert.InRange(written.Count, 2, 5);
    }

    [Fact]
    public async Task Answer_that_its_client_has_not_taken_yet_keeps_the_session_in_use()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules(), new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "10" });
        const int size = 300_000;
        rig.Gateway.Upstream.Answers["/big"] = $"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{new string('x', size)}";
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(rig.Gateway.Address.Host, rig.Gateway.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"GET /big HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => rig.Gateway.Upstream.Requests.Any(request => request.Target == "/big"), "the answer began");

        for (var i = 0; i < 3; i++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(8));
            await rig.BeatsAsync();
        }

        Assert.Equal(200, await rig.StatusAsync());
    }

    private static SqliteSessionStore Open(RefreshRig rig) =>
        new(new AuthGateway.Configuration.SessionOptions { StorePath = rig.Gateway.StorePath, Secrets = SecretSource.Empty }, TimeProvider.System);
}
