using System.Net.WebSockets;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary><c>STRICT_SESSION_VALIDATION</c> when no access token is left to ask with: what can never be known again is over, what an outage hides is not.</summary>
public class StrictEndTests
{
    private const string Dex = """{"error":"invalid_request","error_description":"Refresh token is invalid or has already been claimed by another client."}""";
    private static readonly Dictionary<string, string> Strict = new() { ["STRICT_SESSION_VALIDATION"] = "true" };
    private static readonly Dictionary<string, string> Lenient = [];

    [Fact]
    public async Task Login_without_a_refresh_token_is_over_with_its_access_token()
    {
        await using var rig = await StartWithoutRefreshTokenAsync(Strict);
        Assert.Equal(200, await rig.StatusAsync());

        rig.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(401, await rig.StatusAsync());
        var visit = await rig.Gateway.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Cookie: authservice_session=" + rig.Session);
        Assert.Equal(302, visit.Status);
        await Deadline.UntilAsync(() => rig.Gateway.StoredRows() == 0, "the row is gone");
        await rig.Gateway.RestartAsync();
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Open_WebSocket_of_such_a_login_closes_without_any_request()
    {
        await using var rig = await StartWithoutRefreshTokenAsync(Strict);
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);

        rig.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Such_a_login_is_said_once_with_what_to_do()
    {
        await using var rig = await StartWithoutRefreshTokenAsync(Strict);
        await rig.Gateway.LogInAsync();

        Assert.Single(rig.Gateway.Log.Lines, line => line.Contains("offline_access", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, Dex)]
    [InlineData(401, """{"error":"invalid_request"}""")]
    [InlineData(403, """{"error":"invalid_grant"}""")] // Auth0
    [InlineData(400, """{"error":"interaction_required"}""")]
    public async Task Final_refusal_of_the_refresh_ends_the_session_once_the_access_token_is_over(int status, string body)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 }, Strict);
        rig.Provider.Faults["token"] = Fault.Answer(status, body);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(275));
        await rig.LoggedAsync("could not be refreshed");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(11));
        await rig.LoggedAsync("could not be refreshed", 2);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(1));

        rig.Clock.Advance(TimeSpan.FromSeconds(14));

        var answer = await rig.GetAsync();
        Assert.Equal(401, answer.Status);
        Assert.Contains("ended your login", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Fact]
    public async Task Open_WebSocket_closes_when_the_refresh_it_drives_is_refused_for_good()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 }, Strict);
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        rig.Provider.Faults["token"] = Fault.Answer(400, Dex);

        rig.Clock.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await socket.Ended.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(500, """{"error":"invalid_request"}""")]
    [InlineData(503, "")]
    [InlineData(429, """{"error":"slow_down"}""")]
    [InlineData(401, """{"error":"unauthorized_client"}""")] // Keycloak, wrong secret
    [InlineData(401, """{"error":"invalid_client"}""")]
    [InlineData(400, """{"error":"temporarily_unavailable"}""")]
    [InlineData(400, "<html>")]
    [InlineData(401, "")]
    [InlineData(403, """{"error":"Forbidden by policy"}""")]
    [InlineData(404, """{"error":"invalid_request"}""")]
    [InlineData(200, """{"token_type":"Bearer"}""")]
    public async Task Anything_else_confirms_nobody_and_keeps_the_session(int status, string body)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 }, Strict);
        rig.Provider.Faults["token"] = Fault.Answer(status, body);
        rig.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(503, await rig.StatusAsync());
        rig.Provider.Faults.Clear();
        rig.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Dropped_connection_keeps_it_too()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 }, Strict);
        rig.Provider.Faults["token"] = Fault.Drop;
        rig.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(503, await rig.StatusAsync());
        rig.Provider.Faults.Clear();
        rig.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Without_the_setting_both_live_on()
    {
        await using var rig = await StartWithoutRefreshTokenAsync(Lenient);
        await rig.UseAfterAsync(TimeSpan.FromHours(1));
        await using var refused = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300 }, Lenient);
        refused.Provider.Faults["token"] = Fault.Answer(400, Dex);
        await refused.UseAfterAsync(TimeSpan.FromSeconds(301));
        await refused.LoggedAsync("could not be refreshed");

        Assert.Equal(200, await refused.StatusAsync());
    }

    private static Task<RefreshRig> StartWithoutRefreshTokenAsync(Dictionary<string, string> settings) =>
        RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 30, IsOffered = false }, settings);
}
