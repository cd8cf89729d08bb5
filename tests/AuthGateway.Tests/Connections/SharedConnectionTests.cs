namespace AuthGateway.Tests.Connections;

/// <summary>A connection that carries requests of many users, as a proxy's in front of the gateway does: each is decided by what it brings itself.</summary>
public class SharedConnectionTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Each_request_is_its_own_users(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var alice = "authservice_session=" + await SessionAsync(rig, ProviderUser.Alice);
        var bob = "authservice_session=" + await SessionAsync(rig, ProviderUser.Bob);
        using var connection = await RawClient.ConnectAsync(rig.Address);
        var same = string.Concat(alice, "; _xsrf=2|ab|cd");

        foreach (var (cookies, user) in new (string[], string?)[]
        {
            ([alice], ProviderUser.Alice.Email), ([alice], ProviderUser.Alice.Email), ([bob], ProviderUser.Bob.Email), ([bob], ProviderUser.Bob.Email), ([alice], ProviderUser.Alice.Email),
            ([], null), ([alice], ProviderUser.Alice.Email), ([same], ProviderUser.Alice.Email), ([same], ProviderUser.Alice.Email), (["_xsrf=1", alice], ProviderUser.Alice.Email),
            ([alice.Replace("authservice", "Authservice", StringComparison.Ordinal)], null), ([alice], ProviderUser.Alice.Email), ([Changed(alice)], null), ([bob], ProviderUser.Bob.Email),
        })
        {
            var answer = await AskAsync(rig, connection, cookies);

            Assert.True(answer.Status == (user is null ? 401 : 200), $"{string.Join(" | ", cookies)}: {answer}");
            Assert.Equal(user, user is null ? null : UserOf(rig, door, answer));
        }
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Ended_session_is_over_on_the_connection_that_it_used(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var cookie = "authservice_session=" + await SessionAsync(rig, ProviderUser.Alice);
        using var connection = await RawClient.ConnectAsync(rig.Address);
        Assert.Equal(200, (await AskAsync(rig, connection, cookie)).Status);
        Assert.Equal(200, (await AskAsync(rig, connection, cookie)).Status);

        var logout = await rig.SendAsync("POST", "/authservice/logout", "Cookie: " + cookie, "Origin: " + rig.PublicUrl, "Sec-Fetch-Site: same-origin");

        Assert.Equal(303, logout.Status);
        Assert.Equal(401, (await AskAsync(rig, connection, cookie)).Status);
        Assert.Equal(401, (await AskAsync(rig, connection, cookie)).Status);
    }

    [Fact]
    public async Task Idle_session_is_over_on_the_connection_that_it_used()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["SESSION_IDLE_TIMEOUT"] = "10m" }, clock);
        var cookie = "authservice_session=" + await SessionAsync(rig, ProviderUser.Alice);
        using var connection = await RawClient.ConnectAsync(rig.Address);
        foreach (var (minutes, status) in new[] { (0, 200), (8, 200), (8, 200), (11, 401), (0, 401) })
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));

            Assert.Equal(status, (await AskAsync(rig, connection, cookie)).Status);
        }
    }

    [Fact]
    public async Task Second_live_session_in_the_next_request_is_a_contradiction()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var alice = "authservice_session=" + await SessionAsync(rig, ProviderUser.Alice);
        var bob = "authservice_session=" + await SessionAsync(rig, ProviderUser.Bob);
        using var connection = await RawClient.ConnectAsync(rig.Address);

        Assert.Equal(200, (await AskAsync(rig, connection, alice)).Status);
        Assert.Equal(400, (await AskAsync(rig, connection, alice, bob)).Status);
        Assert.Equal(400, (await AskAsync(rig, connection, $"{alice}; {bob}")).Status);
        Assert.Equal(200, (await AskAsync(rig, connection, alice)).Status);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Path_and_method_of_the_request_before_decide_nothing(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["SKIP_AUTH_URLS"] = "/public" });
        var cookie = "Cookie: authservice_session=" + await SessionAsync(rig, ProviderUser.Alice);
        using var connection = await RawClient.ConnectAsync(rig.Address);

        foreach (var (method, target, line, status) in new[]
        {
            ("GET", "/public/a", "X-A: 1", 200), ("GET", "/public/a", "X-A: 1", 200), ("GET", "/private", "X-A: 1", 401), ("GET", "/private", cookie, 200), ("GET", "/private", "X-A: 1", 401),
            ("GET", "/public/../private", "X-A: 1", 401), ("GET", "/public/a", "X-A: 1", 200), ("POST", "/private", cookie, 200), ("GET", "/authservice/userinfo", "X-A: 1", 401),
            ("GET", "/private", cookie, 200), ("PUT", "/public/a", "X-A: 1", 200), ("GET", "/private?a=/public/a", "X-A: 1", 401), ("GET", "/private?a=/public/a", cookie, 200),
            ("GET", "/private", "X-A: 1", 401), ("GET", "/%00", "X-A: 1", 400),
        })
        {
            await connection.SendAsync($"{method} {target} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\nSec-Fetch-Mode: cors\r\nContent-Length: 0\r\n{line}\r\n\r\n");

            Assert.Equal($"{method} {target} {line} {status}", $"{method} {target} {line} {(await connection.ReadAsync())?.Status}");
        }
    }

    [Fact]
    public async Task Requests_sent_ahead_of_the_answers_keep_their_own_users()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var cookies = new[] { await SessionAsync(rig, ProviderUser.Alice), await SessionAsync(rig, ProviderUser.Bob), "none" };
        using var connection = await RawClient.ConnectAsync(rig.Address);
        var order = Enumerable.Range(0, 60).Select(i => i / 2 * 7 % 3).ToList();

        await connection.SendAsync(string.Concat(order.Select(who =>
            $"GET /notebook HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\nSec-Fetch-Mode: cors\r\nCookie: authservice_session={cookies[who]}\r\n\r\n")));

        foreach (var who in order)
        {
            var answer = await connection.ReadAsync();

            Assert.Equal(who switch { 0 => ProviderUser.Alice.Email, 1 => ProviderUser.Bob.Email, _ => null }, answer?.Header("kubeflow-userid"));
            Assert.Equal(who == 2 ? 401 : 200, answer?.Status);
        }
    }

    // Another cookie of the same shape.
    private static string Changed(string cookie) => cookie[..^2] + (cookie[^2] == 'A' ? 'B' : 'A') + cookie[^1];

    private static async Task<string> SessionAsync(GatewayRig rig, ProviderUser user)
    {
        rig.Provider.User = user;
        return rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
    }

    private static async Task<RawResponse> AskAsync(GatewayRig rig, RawClient connection, params string[] cookies)
    {
        await connection.SendAsync($"GET /notebook HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\nSec-Fetch-Mode: cors\r\n{string.Concat(cookies.Select(line => $"Cookie: {line}\r\n"))}\r\n");
        return await connection.ReadAsync() ?? throw new IOException("The connection was closed.\n" + rig.Log.Text);
    }

    private static string? UserOf(GatewayRig rig, GatewayMode door, RawResponse answer) =>
        door == GatewayMode.ExtAuthz ? answer.Header("kubeflow-userid") : Assert.Single(rig.Upstream.Last.All("kubeflow-userid"));
}
