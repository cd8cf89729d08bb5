using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>Who is thrown out is told why, where an answer of ours is seen; a visit goes straight to the login.</summary>
public class EndReasonTests
{
    private static readonly KeyValuePair<string, string>[] Framed =
    [
        new("Accept", "text/html"), new("Sec-Fetch-Mode", "navigate"), new("Sec-Fetch-Dest", "iframe"), new("Sec-Fetch-Site", "same-origin"),
    ];

    [Theory]
    [InlineData(400, "Token is not active", "idle limit of the provider")] // Keycloak: idle time or longest life
    [InlineData(400, "Session not active", "The provider has ended your login")] // Keycloak: logged out there
    [InlineData(400, "User disabled", "The provider has ended your login")]
    [InlineData(401, "Session not active", "The provider has ended your login")] // not the status of RFC 6749 §5.2, but its word
    public async Task Frame_and_script_are_told(int status, string description, string sentence)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Faults["token"] = Fault.Answer(status, $$"""{"error":"invalid_grant","error_description":"{{description}}"}""");
        rig.Clock.Advance(TimeSpan.FromHours(2));

        var script = await rig.GetAsync();
        Assert.Equal(401, script.Status);
        Assert.Contains(sentence, (string?)script.Json["error_description"], StringComparison.Ordinal);

        var frame = await rig.Browser.SendAsync("GET", rig.Gateway.PublicUrl + "/app", Framed);
        Assert.Equal(401, frame.Status);
        Assert.Contains(sentence, frame.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_logout_needs_no_explanation()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules());
        await rig.Gateway.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + rig.Session, "Content-Length: 0");

        Assert.Null((string?)(await rig.GetAsync()).Json["error_description"]);
    }

    [Fact]
    public async Task Visit_goes_to_the_login_at_once()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Faults["token"] = Fault.Answer(400, """{"error":"invalid_grant","error_description":"Token is not active"}""");
        rig.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(302, (await rig.Browser.GetAsync(rig.Gateway.PublicUrl + "/app")).Status);
    }

    [Fact]
    public async Task Who_leaves_the_allowed_groups_loses_the_open_connection_at_the_refresh()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        rig.Provider.User = ProviderUser.Alice with { Groups = ["staff"] };

        rig.Clock.Advance(TimeSpan.FromSeconds(590));

        await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Whose_address_leaves_the_allowed_domains_loses_the_open_connection_at_the_refresh()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["EMAIL_DOMAINS"] = "example.test" });
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        rig.Provider.User = ProviderUser.Alice with { Email = "alice@other.test" };

        rig.Clock.Advance(TimeSpan.FromSeconds(590));

        await socket.Ended.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Who_leaves_the_allowed_groups_gets_no_userinfo()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        rig.Provider.User = ProviderUser.Alice with { Groups = ["staff"] };
        var status = await UserInfoAsync();
        Assert.Equal(200, status);

        rig.Clock.Advance(TimeSpan.FromSeconds(590));

        await Deadline.UntilAsync(async () => (status = await UserInfoAsync()) != 200, () => "userinfo is refused");
        Assert.Equal(403, status);

        async Task<int> UserInfoAsync() => (await rig.Gateway.SendAsync("GET", "/authservice/userinfo", "Cookie: authservice_session=" + rig.Session, "Accept: application/json")).Status;
    }
}
