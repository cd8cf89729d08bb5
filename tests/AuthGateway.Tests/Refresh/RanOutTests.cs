namespace AuthGateway.Tests.Refresh;

/// <summary>Refresh tokens that run out without having told when: the interval learns, and by the operator's choice the access token carries the session on.</summary>
public class RanOutTests
{
    private static readonly Dictionary<string, string> Keep = new() { ["SESSION_REFRESH_EXPIRED"] = "keep" };

    // Five minutes, where the first refresh comes after seven and a half.
    private static readonly RefreshRules Short = new() { AccessSeconds = 28800, HiddenRefreshSeconds = 300, SingleUse = true };

    [Fact]
    public async Task After_a_surprise_the_next_sessions_are_refreshed_at_half_of_that_age()
    {
        await using var rig = await RefreshRig.StartAsync(Short);
        rig.Clock.Advance(TimeSpan.FromSeconds(460));
        await rig.StatusAsync();
        await rig.EndsAsync();
        await rig.LoggedAsync("SESSION_REFRESH_MAX_INTERVAL");
        var session = rig.Gateway.SessionOf(await rig.Gateway.LogInAsync());

        for (var minute = 1; minute <= 20; minute++)
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(200, (await rig.Gateway.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);
            await rig.SettledAsync();
        }

        Assert.Equal(5, rig.Provider.Refreshes);
    }

    [Fact]
    public async Task Longest_interval_is_a_setting()
    {
        await using var rig = await RefreshRig.StartAsync(Short, new Dictionary<string, string> { ["SESSION_REFRESH_MAX_INTERVAL"] = "4m" });
        for (var minute = 1; minute <= 20; minute++)
        {
            await rig.UseAfterAsync(TimeSpan.FromMinutes(1));
            await rig.SettledAsync();
        }

        Assert.Equal(10, rig.Provider.Refreshes);
    }

    [Fact]
    public async Task Kept_session_lives_with_its_access_token_and_userinfo_confirms_it()
    {
        await using var rig = await RefreshRig.StartAsync(Short with { AccessSeconds = 7200 }, Keep);
        rig.Provider.EditUserInfo = claims => claims["groups"] = new System.Text.Json.Nodes.JsonArray("leads");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(460));
        await rig.SettledAsync();
        var asked = rig.Provider.Count("userinfo");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["leads"], rig.Gateway.Upstream.Last.AllFolded("kubeflow-groups"));

        for (var i = 0; i < 6; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromMinutes(15));
            await rig.SettledAsync();
        }

        Assert.Equal(asked + 6, rig.Provider.Count("userinfo"));
        rig.Clock.Advance(TimeSpan.FromMinutes(25));
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Kept_session_whose_access_token_is_withdrawn_ends()
    {
        await using var rig = await RefreshRig.StartAsync(Short, Keep);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(460));
        await rig.SettledAsync();
        rig.Provider.Faults["userinfo"] = Fault.Answer(401, "");

        rig.Clock.Advance(TimeSpan.FromMinutes(16));

        await rig.EndsAsync();
    }

    [Fact]
    public async Task Revoked_refresh_token_ends_the_session_all_the_same()
    {
        // Others of that age have worked: this one was withdrawn.
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 28800, SingleUse = true }, Keep);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(460));
        await rig.RefreshesAsync(1);
        rig.Provider.Logins.Last().Kill();

        rig.Clock.Advance(TimeSpan.FromSeconds(460));

        await rig.EndsAsync();
    }

    [Fact]
    public async Task Refresh_token_that_userinfo_does_not_vouch_for_ends_the_session()
    {
        await using var rig = await RefreshRig.StartAsync(Short, Keep);
        rig.Provider.Faults["userinfo"] = Fault.Answer(401, "");

        rig.Clock.Advance(TimeSpan.FromSeconds(460));

        await rig.EndsAsync();
    }
}
