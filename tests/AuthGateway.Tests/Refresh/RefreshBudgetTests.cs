using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>
/// How often the provider is asked: ID tokens of seconds that applications are handed, access tokens of hours, refresh tokens of 15 minutes whose life it
/// does not tell (the figures of docs/decisions/refresh.md).
/// </summary>
public class RefreshBudgetTests
{
    private static readonly Dictionary<string, string> Forward = new() { ["FORWARD_ID_TOKEN"] = "true", ["SESSION_IDLE_TIMEOUT"] = "8h" };
    private static readonly Dictionary<string, string> Plain = new() { ["SESSION_IDLE_TIMEOUT"] = "8h" };

    [Theory]
    [InlineData(3600)]
    [InlineData(28800)]
    public async Task Refresh_token_of_unknown_life_is_renewed_before_it_runs_out(int accessSeconds)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = accessSeconds, HiddenRefreshSeconds = 900, SingleUse = true }, Plain);
        for (var minute = 1; minute <= 60; minute++)
        {
            await rig.UseAfterAsync(TimeSpan.FromMinutes(1));
            await rig.SettledAsync();
        }

        Assert.Equal(7, rig.Provider.Refreshes);
        Assert.False(rig.Provider.Logins.Last().IsDead);
    }

    [Theory]
    [InlineData(3600, "use", 2)]
    [InlineData(28800, "use", 2)]
    [InlineData(3600, "rest", 0)]
    [InlineData(28800, "rest", 0)]
    [InlineData(3600, "socket", 2)]
    [InlineData(28800, "socket", 2)]
    public async Task In_20_minutes_the_provider_is_asked(int accessSeconds, string how, int refreshes)
    {
        await using var rig = await RefreshRig.StartAsync(
            new RefreshRules { AccessSeconds = accessSeconds, HiddenRefreshSeconds = 900, IdTokenSeconds = 30, SendsIdToken = false, SingleUse = true }, Plain);
        using var socket = how == "socket" ? await OpenSocket.ConnectAsync(rig.Gateway, rig.Session) : null;
        await PassAsync(rig, TimeSpan.FromMinutes(20), how == "socket" ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(30), isUsed: how == "use", isOpen: how == "socket");

        Assert.Equal(refreshes, rig.Provider.Refreshes);
    }

    [Theory]
    [InlineData("", "", 3600, "use", 2)]
    [InlineData("", "", 28800, "use", 2)]
    [InlineData("", "", 28800, "rest", 0)]
    [InlineData("", "", 3600, "socket", 2)]
    [InlineData("FORWARD_ID_TOKEN", "true", 3600, "use", 40)]
    [InlineData("FORWARD_ID_TOKEN", "true", 28800, "use", 40)]
    [InlineData("FORWARD_ID_TOKEN", "true", 3600, "rest", 0)]
    [InlineData("FORWARD_ID_TOKEN", "true", 3600, "socket", 2)]
    [InlineData("FORWARD_ID_TOKEN", "true", 28800, "socket", 2)]
    [InlineData("USERID_TOKEN_HEADER", "x-token", 3600, "use", 40)]
    [InlineData("USERID_TOKEN_HEADER", "x-token", 28800, "socket", 2)]
    public async Task With_ID_tokens_of_5_seconds_in_20_minutes_the_provider_is_asked(string setting, string value, int accessSeconds, string how, int refreshes)
    {
        var settings = setting.Length == 0 ? Plain : new Dictionary<string, string>(Plain) { [setting] = value };
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = accessSeconds, HiddenRefreshSeconds = 900, IdTokenSeconds = 5, SingleUse = true }, settings);
        using var socket = how == "socket" ? await OpenSocket.ConnectAsync(rig.Gateway, rig.Session) : null;
        await PassAsync(rig, TimeSpan.FromMinutes(20), how == "socket" ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(10), isUsed: how == "use", isOpen: how == "socket");

        Assert.Equal(refreshes, rig.Provider.Refreshes);
        Assert.Equal(setting.Length > 0 && refreshes > 0 ? 1 : 0, rig.Gateway.Log.Lines.Count(line => line.Contains("ID tokens live 5 s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shortest_interval_below_the_ID_tokens_life_refreshes_in_time_for_each_request()
    {
        var settings = new Dictionary<string, string>(Forward) { ["SESSION_REFRESH_MIN_INTERVAL"] = "off" };
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 3600, IdTokenSeconds = 5 }, settings);
        for (var request = 0; request < 5; request++)
        {
            await rig.UseAfterAsync(TimeSpan.FromSeconds(4));
            await rig.SettledAsync();
        }

        Assert.Equal(5, rig.Provider.Refreshes);
    }

    [Fact]
    public async Task Open_socket_alone_does_not_keep_the_ID_token_fresh_and_the_next_request_does()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 3600, RefreshSeconds = 3600, IdTokenSeconds = 30 }, Forward);
        using var socket = await OpenSocket.ConnectAsync(rig.Gateway, rig.Session);
        await PassAsync(rig, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(7), isUsed: false, isOpen: true);
        Assert.Equal(0, rig.Provider.Refreshes);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(1, rig.Provider.Refreshes);
        Assert.Contains(rig.Provider.LastIdToken, rig.Gateway.Upstream.Last.AllFolded("authorization").Single(), StringComparison.Ordinal);
        Assert.False(socket.Ended.IsCompleted);
    }

    [Fact]
    public async Task Refresh_that_brings_no_ID_token_is_not_repeated_and_the_session_ends_with_the_ID_token()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 3600, SendsIdToken = false, IdTokenSeconds = 300 }, Forward);
        rig.Clock.Advance(TimeSpan.FromSeconds(268));
        for (var i = 0; i < 10; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromSeconds(1));
            await rig.SettledAsync();
        }

        Assert.Equal(1, rig.Provider.Refreshes);
        rig.Clock.Advance(TimeSpan.FromSeconds(23));
        Assert.Equal(401, await rig.StatusAsync());
        var visit = await rig.Gateway.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Cookie: authservice_session=" + rig.Session);
        Assert.Equal(302, visit.Status);
        await rig.LoggedAsync("each session ends with its ID token");
    }

    [Theory]
    [InlineData("FORWARD_ID_TOKEN", "true")]
    [InlineData("USERID_TOKEN_HEADER", "x-token")]
    public async Task Without_a_refresh_token_the_session_ends_with_the_ID_token_that_applications_get(string setting, string value)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { IsOffered = false, IdTokenSeconds = 300 }, new Dictionary<string, string> { [setting] = value });
        await rig.UseAfterAsync(TimeSpan.FromSeconds(290));

        rig.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Behind_envoy_too_nobody_is_handed_an_ID_token_that_is_over()
    {
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync();
        provider.Clock = clock;
        provider.Refresh = new RefreshRules { IsOffered = false, IdTokenSeconds = 300 };
        await using var rig = await GatewayRig.StartAsync(
            GatewayMode.ExtAuthz, new Dictionary<string, string>(Forward) { ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,authorization" }, clock, provider);
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", cookie)).Status);

        clock.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", cookie, "Accept: application/json")).Status);
        var visit = await rig.SendAsync("GET", "/app", cookie, "Accept: text/html");
        Assert.StartsWith(provider.Issuer, visit.Location, StringComparison.Ordinal);
        Assert.Null(visit.Header("Authorization"));
    }

    [Fact]
    public async Task Where_applications_get_no_ID_token_its_end_means_nothing()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { IsOffered = false, IdTokenSeconds = 300 }, Plain);

        await rig.UseAfterAsync(TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Refresh_that_Dex_refuses_ends_a_session_whose_ID_token_is_over()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 3600, IdTokenSeconds = 300 }, Forward);
        rig.Provider.Faults["token"] = Fault.Answer(400, """{"error":"invalid_request","error_description":"Refresh token is invalid or has already been claimed by another client."}""");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(275));
        await rig.LoggedAsync("could not be refreshed");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(5));

        rig.Clock.Advance(TimeSpan.FromSeconds(21));

        await rig.EndsAsync();
    }

    [Fact]
    public async Task Provider_in_trouble_keeps_such_a_session()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 3600, IdTokenSeconds = 60 }, Forward);
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        rig.Clock.Advance(TimeSpan.FromSeconds(70));

        Assert.Equal(200, await rig.StatusAsync());
    }

    private static async Task PassAsync(RefreshRig rig, TimeSpan time, TimeSpan step, bool isUsed, bool isOpen)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            rig.Clock.Advance(step);
            if (isUsed)
            {
                Assert.Equal(200, await rig.StatusAsync());
            }

            if (isOpen)
            {
                await rig.BeatsAsync();
            }

            await rig.SettledAsync();
        }
    }
}
