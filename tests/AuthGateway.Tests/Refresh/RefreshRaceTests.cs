using AuthGateway.Sessions;

namespace AuthGateway.Tests.Refresh;

/// <summary>What happens while a refresh is under way: whoever leaves, ends or crashes, an ended session never comes back to life.</summary>
public class RefreshRaceTests
{
    [Fact]
    public async Task Refresh_is_finished_and_stored_when_its_client_has_left()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        using (var client = await RawClient.ConnectAsync(rig.Gateway.Address))
        {
            // Overdue: this request waits for the refresh.
            await client.SendAsync($"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\n\r\n");
            await Deadline.UntilAsync(() => rig.Provider.Count("token") == 2, "the refresh began");
        }

        gate.SetResult();

        await rig.RefreshesAsync(1);
        await rig.Gateway.RestartAsync();
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(2);
    }

    [Fact]
    public async Task Logout_during_a_refresh_wins_and_the_new_tokens_are_revoked()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(() => rig.Provider.Count("token") == 2, "the refresh began");

        var logout = await rig.Gateway.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + rig.Session, "Content-Length: 0");
        Assert.Equal(201, logout.Status);
        gate.SetResult();

        await rig.LoggedAsync("ended while it was being refreshed");
        await Deadline.UntilAsync(() => rig.Provider.Count("revoke") == 4, "the old tokens and the new ones are revoked");
        Assert.Equal(0, rig.Gateway.StoredRows());
        Assert.Equal(401, await rig.StatusAsync());
        await rig.Gateway.RestartAsync();
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Logout_token_during_a_refresh_wins()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["userinfo"] = Fault.Wait(gate.Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(() => rig.Provider.Refreshes == 1, "the provider has refreshed");

        // Valid by the clock of the machine and by that of a gateway that has moved on.
        var token = LogoutTokens.Make(
            rig.Provider, sub: "sub-alice", edit: (_, claims) => claims["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
        Assert.Equal(200, (await rig.Gateway.SendTokenAsync(token)).Status);
        gate.SetResult();

        await rig.LoggedAsync("ended while it was being refreshed");
        Assert.Equal(0, rig.Gateway.StoredRows());
        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Crash_between_rotation_and_store_costs_a_login_and_revives_nothing()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        var never = new TaskCompletionSource();
        rig.Provider.Faults["userinfo"] = Fault.Wait(never.Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(() => rig.Provider.Refreshes == 1, "the provider has rotated");

        // Stopped, without time to finish, while the rotated token is only in memory.
        await rig.Gateway.BeginStopAsync(TimeSpan.Zero);
        await rig.Gateway.RestartAsync();
        rig.Provider.Faults.Clear();
        rig.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(401, await rig.StatusAsync());
        Assert.True(rig.Provider.Logins.Last().IsDead);
        await Deadline.UntilAsync(() => rig.Gateway.StoredRows() == 0, "the row is gone");
        await rig.Gateway.RestartAsync();
        Assert.Equal(401, await rig.StatusAsync());
    }
}
