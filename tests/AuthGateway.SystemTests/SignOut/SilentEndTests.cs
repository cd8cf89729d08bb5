using System.Text.Json.Nodes;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.SignOut;

/// <summary>
/// Events for which a real Keycloak sends no logout token. Where its refresh token is dead afterwards, the session ends at the next refresh: here within
/// seconds, because access tokens live 6 s; with stock values within <c>SESSION_REFRESH_MIN_INTERVAL</c> (5 min). Where it is not, the session goes on.
/// </summary>
public sealed class SilentEndTests(KeycloakServer keycloak, GatewayBinary binary)
{
    /// <summary>The token's life, the gateway's look ahead and a loaded machine.</summary>
    private const double NextRefresh = 20;
    private const double SeveralRefreshes = 14;

    [Fact]
    public async Task Whole_realm_logged_out()
    {
        await using var stage = await StartAsync();

        await stage.Admin.SendAsync(HttpMethod.Post, "/logout-all", null);

        await stage.EndsWithinAsync(NextRefresh, "logout-all");
    }

    [Fact]
    public async Task User_disabled()
    {
        await using var stage = await StartAsync();
        var user = $"/users/{await stage.Admin.UserIdAsync("ann")}";
        await stage.Admin.SendAsync(HttpMethod.Put, user, new JsonObject { ["enabled"] = false });
        try
        {
            await stage.EndsWithinAsync(NextRefresh, "user disabled");
        }
        finally
        {
            await stage.Admin.SendAsync(HttpMethod.Put, user, new JsonObject { ["enabled"] = true });
        }
    }

    [Fact]
    public async Task User_deleted()
    {
        await using var stage = await SignOutStage.StartAsync(keycloak, binary);
        await stage.Admin.SendAsync(HttpMethod.Post, "/users", new JsonObject
        {
            ["username"] = "eve",
            ["email"] = "eve@example.com",
            ["emailVerified"] = true,
            ["firstName"] = "Eve",
            ["lastName"] = "Gone",
            ["enabled"] = true,
            ["credentials"] = new JsonArray(new JsonObject { ["type"] = "password", ["value"] = "eve-pass", ["temporary"] = false }),
        });
        var user = $"/users/{await stage.Admin.UserIdAsync("eve")}";
        var deleted = false;
        try
        {
            await stage.LogInAsync("eve", "eve-pass");
            Assert.True(await stage.IsAliveAsync(), stage.Gateway.Log);
            await stage.Admin.SendAsync(HttpMethod.Delete, user, null);
            deleted = true;
            await stage.EndsWithinAsync(NextRefresh, "user deleted");
        }
        finally
        {
            if (!deleted)
                await stage.Admin.SendAsync(HttpMethod.Delete, user, null);
        }
    }

    [Fact]
    public async Task Not_before_of_the_realm()
    {
        await using var stage = await StartAsync();
        await stage.Admin.SendAsync(HttpMethod.Put, "", new JsonObject { ["notBefore"] = DateTimeOffset.UtcNow.AddSeconds(1).ToUnixTimeSeconds() });
        try
        {
            await stage.EndsWithinAsync(NextRefresh, "not-before");
        }
        finally
        {
            await stage.Admin.SendAsync(HttpMethod.Put, "", new JsonObject { ["notBefore"] = 0 });
        }
    }

    /// <summary>
    /// Keycloak answers a disabled client with 401, not <c>invalid_grant</c>: that is the gateway's trouble, not the user's end. The session goes on to
    /// <c>PROVIDER_OUTAGE_GRACE</c>.
    /// </summary>
    [Fact]
    public async Task Client_disabled_ends_the_session_when_the_grace_is_over()
    {
        await using var stage = await StartAsync(("PROVIDER_OUTAGE_GRACE", "5s"));
        await stage.Admin.ChangeClientAsync(client => client["enabled"] = false);
        try
        {
            await stage.EndsWithinAsync(NextRefresh + 20, "client disabled, grace of 5 s");
        }
        finally
        {
            await stage.Admin.ChangeClientAsync(client => client["enabled"] = true);
        }
    }

    [Fact]
    public async Task Session_at_the_provider_reaches_its_longest_life()
    {
        await using var stage = await SignOutStage.StartAsync(keycloak, binary);
        var before = (await stage.Admin.GetAsync(""))["ssoSessionMaxLifespan"]!.DeepClone();
        await stage.Admin.SendAsync(HttpMethod.Put, "", new JsonObject { ["ssoSessionMaxLifespan"] = 12 });
        try
        {
            await stage.LogInAsync();
            await stage.EndsWithinAsync(12 + NextRefresh, "longest life of 12 s");
        }
        finally
        {
            await stage.Admin.SendAsync(HttpMethod.Put, "", new JsonObject { ["ssoSessionMaxLifespan"] = before });
        }
    }

    [Fact]
    public async Task Refresh_token_of_another_application_revoked_changes_nothing_here()
    {
        await using var stage = await StartAsync();
        var tokens = await stage.Other.LogInAsync(stage.Browser);

        await stage.Other.RevokeAsync(tokens);

        Assert.False(await stage.Other.CanRefreshAsync(tokens));
        await stage.StaysAliveAsync(SeveralRefreshes);
    }

    [Fact]
    public async Task Password_changed_changes_nothing()
    {
        await using var stage = await StartAsync();
        var password = new JsonObject { ["type"] = "password", ["value"] = "ann-pass", ["temporary"] = false };

        await stage.Admin.SendAsync(HttpMethod.Put, $"/users/{await stage.Admin.UserIdAsync("ann")}/reset-password", password);

        await stage.StaysAliveAsync(SeveralRefreshes);
    }

    [Fact]
    public async Task Group_removed_is_gone_after_the_next_refresh_and_the_session_lives()
    {
        await using var stage = await StartAsync();
        Assert.Contains("admins", await stage.GroupsAsync());
        var user = await stage.Admin.UserIdAsync("ann");
        var group = (await stage.Admin.GetAsync($"/users/{user}/groups")).AsArray().Single(one => (string?)one!["name"] == "admins")!["id"];
        await stage.Admin.SendAsync(HttpMethod.Delete, $"/users/{user}/groups/{group}", null);
        try
        {
            await Deadline.UntilAsync(
                async () => !(await stage.GroupsAsync()).Contains("admins"), TimeSpan.FromSeconds(NextRefresh), () => $"the group gone\n{stage.Gateway.Log}", everyMilliseconds: 250);
            Assert.True(await stage.IsAliveAsync());
        }
        finally
        {
            await stage.Admin.SendAsync(HttpMethod.Put, $"/users/{user}/groups/{group}", new JsonObject());
        }
    }

    /// <summary>
    /// A login that asked for <c>offline_access</c> leaves no browser session at Keycloak: another application asks for the password again, and its logout
    /// is none of ours. An administrator's logout of the user ends it.
    /// </summary>
    [Fact]
    public async Task Offline_login_outlives_a_logout_elsewhere_and_ends_with_the_users_sessions()
    {
        await using var stage = await StartAsync(("OIDC_SCOPES", "profile email offline_access"));
        var tokens = await stage.Other.LogInAsync(stage.Browser, ("ann", "ann-pass"));

        await stage.Other.LogOutAsync(stage.Browser, tokens);
        await stage.StaysAliveAsync(SeveralRefreshes);
        await stage.Admin.EndSessionsAsync("ann");
        // Keycloak notes a not-before in whole seconds: a token that was refreshed in that very second stays good.
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        await stage.Admin.EndSessionsAsync("ann");

        await stage.EndsWithinAsync(NextRefresh, "an offline session, by the administrator's logout of the user");
    }

    private async Task<SignOutStage> StartAsync(params (string Name, string Value)[] settings)
    {
        var stage = await SignOutStage.StartAsync(keycloak, binary, settings);
        await stage.LogInAsync();
        Assert.True(await stage.IsAliveAsync(), stage.Gateway.Log);
        return stage;
    }
}
