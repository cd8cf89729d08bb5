using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>What each answer of userinfo does to a session under strict validation: the table of docs/provider-answers.md.</summary>
public class ProviderNoTests
{
    private static readonly Dictionary<string, string> Strict = new() { ["STRICT_SESSION_VALIDATION"] = "true" };

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)] // Dex, for every token that it does not take
    [InlineData(404)]
    [InlineData(410)]
    public async Task Definite_no_is_a_new_login_for_people_and_401_for_programs(int status)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(status, "");

        var visit = await rig.Gateway.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Cookie: authservice_session=" + rig.Session);

        Assert.Equal(302, visit.Status);
        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(302)]
    public async Task Everything_else_keeps_the_session_and_the_page_has_a_way_out(int status)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(status, "");

        var visit = await rig.Gateway.SendAsync("GET", "/app?a=b", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Cookie: authservice_session=" + rig.Session);

        Assert.Equal(503, visit.Status);
        Assert.Contains("/authservice/login?prompt=login", visit.Text, StringComparison.Ordinal);
        rig.Provider.Faults.Clear();
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Theory]
    [InlineData(500, 403)]
    [InlineData(429, 403)]
    [InlineData(404, 302)]
    public async Task Behind_envoy_the_page_has_a_way_out_too(int userInfo, int status)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, Strict);
        var browser = await rig.LogInAsync();
        rig.Provider.Faults["userinfo"] = Fault.Answer(userInfo, "");
        rig.Provider.Faults["token"] = Fault.Answer(400, """{"error":"invalid_grant"}""");

        var visit = await browser.GetAsync(rig.PublicUrl + "/app?a=b");

        Assert.Equal(status, visit.Status);
        Assert.Equal(status == 403, visit.Text.Contains("/authservice/login?prompt=login", StringComparison.Ordinal));
    }

    /// <summary>The page of userinfo in trouble is not for ever.</summary>
    [Theory]
    [InlineData(500, "")]
    [InlineData(200, "[1]")]
    [InlineData(200, """{"email":"alice@example.test"}""")]
    public async Task Trouble_of_userinfo_ends_the_session_after_the_grace(int status, string body)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string>(Strict) { ["PROVIDER_OUTAGE_GRACE"] = "20m" });
        rig.Provider.Faults["userinfo"] = Fault.Answer(status, body);
        Assert.Equal(503, await rig.StatusAsync());
        rig.Clock.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal(503, await rig.StatusAsync());
        await rig.LoggedAsync("could not be refreshed (userinfo_failed");
        rig.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(503, await rig.StatusAsync());

        rig.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Access_token_that_ran_out_ahead_of_its_told_end_is_refreshed_once_before_the_end()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true }, Strict);
        var old = rig.Provider.LastCall("userinfo").Headers["Authorization"];
        rig.Provider.Faults["userinfo"] = context => context.Request.Headers.Authorization == old ? Fault.Answer(401, "")(context) : Task.FromResult(false);

        Assert.Equal(200, await rig.StatusAsync());
        Assert.Equal(1, rig.Provider.Refreshes);
        Assert.Equal(200, await rig.StatusAsync());
        Assert.Equal(1, rig.Provider.Refreshes);
    }

    [Fact]
    public async Task Token_that_is_refused_while_the_refresh_fails_ends_nothing()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(404, "");
        rig.Provider.Faults["token"] = Fault.Answer(404, "default backend");

        Assert.Equal(503, await rig.StatusAsync());
        var calls = rig.Provider.Count("token");
        Assert.Equal(503, await rig.StatusAsync());
        Assert.Equal(calls, rig.Provider.Count("token"));
        rig.Provider.Faults.Clear();
        rig.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Without_a_refresh_token_a_definite_no_is_the_end()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, IsOffered = false }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(403, "");

        Assert.Equal(401, await rig.StatusAsync());
    }
}
