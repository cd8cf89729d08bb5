namespace AuthGateway.Tests.BackChannel;

public class BackChannelLogoutTests
{
    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 204)]
    public async Task By_sid_ends_that_session_and_no_other(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var first = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var second = await rig.LogInAsync(ProviderUser.Alice, "sid-2");

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1", sub: "sub-alice"));

        Assert.Equal(status, answer.Status);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal(401, await rig.StatusAsync(first));
        Assert.Equal(200, await rig.StatusAsync(second));
        Assert.Equal(1, rig.StoredRows());
    }

    [Theory]
    [InlineData("sid", 0)]
    [InlineData("sub", 1)]
    public async Task Null_beside_a_good_claim_is_a_claim_that_is_not_there(string claim, int left)
    {
        await using var rig = await GatewayRig.StartAsync();
        var first = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        await rig.LogInAsync(ProviderUser.Alice, "sid-2");

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", "sub-alice", (_, claims) => claims[claim] = null));

        Assert.Equal(200, answer.Status);
        Assert.Equal(401, await rig.StatusAsync(first));
        Assert.Equal(left, rig.StoredRows());
    }

    [Theory]
    [InlineData("null", "is no list of extensions")]
    [InlineData("[]", "is no list of extensions")]
    [InlineData("[\"b64\"]", "demands extensions")]
    public async Task Refusal_of_crit_says_what_it_is(string crit, string sentence)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", edit: (header, _) => header["crit"] = System.Text.Json.Nodes.JsonNode.Parse(crit)));

        Assert.Equal(400, answer.Status);
        Assert.Contains(sentence, answer.Text + rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_sub_ends_every_session_of_that_user_and_no_other()
    {
        await using var rig = await GatewayRig.StartAsync();
        string[] alices = [await rig.LogInAsync(ProviderUser.Alice, "sid-1"), await rig.LogInAsync(ProviderUser.Alice, "sid-2"), await rig.LogInAsync(ProviderUser.Alice, "sid-3")];
        var bobs = await rig.LogInAsync(ProviderUser.Bob, "sid-4");
        await rig.RestartAsync(); // nothing is in memory now

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sub: "sub-alice"));

        Assert.Equal(200, answer.Status);
        foreach (var session in alices)
        {
            Assert.Equal(401, await rig.StatusAsync(session));
        }

        Assert.Equal(200, await rig.StatusAsync(bobs));
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Unknown_session_is_answered_like_one_that_ended()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-of-nobody"));

        Assert.Equal((200, 0), (answer.Status, answer.Body.Length));
        Assert.Equal(200, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Token_is_used_once_also_across_a_restart()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var token = LogoutTokens.Make(rig.Provider, sub: "sub-alice");
        Assert.Equal(200, (await rig.SendTokenAsync(token)).Status);
        rig.Provider.EditIdToken = (_, claims) => claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2;
        var later = rig.SessionOf(await rig.LogInAsync(ProviderUser.Alice));

        var again = await rig.SendTokenAsync(token);
        await rig.RestartAsync();
        var afterRestart = await rig.SendTokenAsync(token);

        Assert.Equal((400, 400), (again.Status, afterRestart.Status));
        Assert.Contains("jti", again.Text, StringComparison.Ordinal);
        Assert.Equal(200, await rig.StatusAsync(later));
    }

    [Fact]
    public async Task Early_token_wins_over_the_login_it_belongs_to_and_a_login_a_second_later_passes()
    {
        await using var rig = await GatewayRig.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.Equal(200, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1", edit: (_, claims) => claims["iat"] = now))).Status);

        rig.Provider.EditIdToken = (_, claims) => (claims["sid"], claims["iat"]) = ("sid-1", now);
        var (refused, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        rig.Provider.EditIdToken = (_, claims) => (claims["sid"], claims["iat"]) = ("sid-1", now + 1);
        var (passed, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((400, "ended_meanwhile"), (refused.Status, refused.ErrorCode));
        Assert.Equal(200, passed.Status);
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Token_that_arrives_while_the_callback_still_runs_ends_that_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) => claims["sid"] = "sid-1";
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["userinfo"] = Fault.Wait(gate.Task);
        var visit = rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");
        await Deadline.UntilAsync(() => rig.Provider.Count("userinfo") > 0, "the callback is under way");

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1"));
        gate.SetResult();
        var (page, _) = await visit;

        Assert.Equal(200, answer.Status);
        Assert.Equal("ended_meanwhile", page.ErrorCode);
        Assert.DoesNotContain("authservice_session", page.CookiesSet);
        Assert.Equal(0, rig.StoredRows());
    }

    [Fact]
    public async Task Tombstone_is_gone_after_ten_minutes()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sub: "sub-alice", edit: (_, claims) => claims["iat"] = now));
        clock.Advance(TimeSpan.FromMinutes(13));
        rig.Provider.EditIdToken = (_, claims) => claims["iat"] = now;

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Untyped_token_as_Dex_sends_it_and_one_with_a_second_audience_count()
    {
        await using var rig = await GatewayRig.StartAsync();
        var first = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var second = await rig.LogInAsync(ProviderUser.Alice, "sid-2");

        var untyped = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1", edit: (header, _) => header.Remove("typ")));
        var shared = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-2", edit: (_, claims) => claims["aud"] = new System.Text.Json.Nodes.JsonArray("other-app", FakeProvider.ClientId)));

        Assert.Equal((200, 200), (untyped.Status, shared.Status));
        Assert.Equal((401, 401), (await rig.StatusAsync(first), await rig.StatusAsync(second)));
    }

    [Fact]
    public async Task Token_signed_with_a_new_key_is_understood()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        rig.Provider.RotateKey("key-2");

        Assert.Equal(200, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1"))).Status);
        Assert.Equal(401, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Token_signed_with_a_new_key_waits_for_the_key_when_strangers_just_had_it_looked_for()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        Assert.Equal(400, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1", edit: (header, _) => header["kid"] = "invented"))).Status);
        rig.Provider.RotateKey("key-2");

        Assert.Equal(200, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1"))).Status);
        Assert.Equal(401, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Logout_token_is_neither_a_bearer_token_nor_an_id_token()
    {
        await using var rig = await GatewayRig.StartAsync();
        var token = LogoutTokens.Make(rig.Provider, sub: "sub-alice");

        var bearer = await rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + token);
        rig.Provider.SignIdToken = (_, _) => token;
        var (callback, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(401, bearer.Status);
        Assert.Equal("id_token_invalid", callback.ErrorCode);
        Assert.Equal(0, rig.StoredRows());
    }
}
