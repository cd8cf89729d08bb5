namespace AuthGateway.Tests.Refresh;

/// <summary>When a session in use is refreshed.</summary>
public class RefreshTimeTests
{
    [Fact]
    public async Task Session_in_use_is_refreshed_ahead_of_its_access_token_and_groups_are_those_of_now()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.User = ProviderUser.Alice with { Groups = ["leads"] };
        await rig.UseAfterAsync(TimeSpan.FromSeconds(560));
        Assert.Equal(0, rig.Provider.Refreshes);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(15));
        await rig.RefreshesAsync(1);

        await Deadline.UntilAsync(
            async () =>
            {
                await rig.GetAsync();
                return rig.Gateway.Upstream.Last.AllFolded("kubeflow-groups") is ["leads"];
            },
            "new groups upstream");
    }

    [Theory]
    [InlineData(60, null, "5m", 299, 301)] // not more often than the minimum
    [InlineData(3600, null, "5m", 440, 451)] // the access token outlives the longest interval and nothing is known of the refresh token: half of it
    [InlineData(900, null, "0", 866, 872)] // a refresh token outlives the access token that came with it
    [InlineData(3600, 3600, "5m", 890, 901)] // where its life is told: at least every 15 min
    [InlineData(60, 120, "10m", 58, 61)] // half of the refresh token's life wins over the minimum
    [InlineData(0, null, "5m", 299, 301)] // a token that is over already (Keycloak, in the last second of a session) is none without an end
    [InlineData(10, null, "0", 7, 9)] // without a minimum: at the access token's life
    public async Task Refresh_comes_between(int accessSeconds, int? refreshSeconds, string minimum, int notYet, int now)
    {
        await using var rig = await RefreshRig.StartAsync(
            new RefreshRules { AccessSeconds = accessSeconds, RefreshSeconds = refreshSeconds }, new Dictionary<string, string> { ["SESSION_REFRESH_MIN_INTERVAL"] = minimum });

        await rig.UseAfterAsync(TimeSpan.FromSeconds(notYet - 3));
        Assert.Equal(0, rig.Provider.Refreshes);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(now - notYet + 3));
        await rig.RefreshesAsync(1);
    }

    [Fact]
    public async Task Resting_session_is_not_refreshed()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 60 });
        using var other = await OpenSocket.ConnectAsync(rig.Gateway, rig.Gateway.SessionOf(await rig.Gateway.LogInAsync(ProviderUser.Bob)));

        // The session with an open connection shows that the gateway has looked, twice.
        for (var i = 1; i <= 2; i++)
        {
            rig.Clock.Advance(TimeSpan.FromHours(1));
            await rig.RefreshesAsync(i);
        }
    }

    [Fact]
    public async Task Refresh_holds_up_no_request()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);

        for (var i = 0; i < 5; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromSeconds(i == 0 ? 590 : 1));
        }

        Assert.Equal(0, rig.Provider.Refreshes);
        gate.SetResult();
        await rig.RefreshesAsync(1);
    }

    [Fact]
    public async Task After_a_long_rest_the_provider_is_asked_before_the_first_request_passes()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Logins.Last().Kill();
        var seen = rig.Gateway.Upstream.Requests.Count;
        rig.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(seen, rig.Gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Storm_at_expiry_costs_one_refresh_and_throws_nobody_out()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        for (var round = 1; round <= 3; round++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(round == 2 ? 3600 : 590));

            var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => rig.StatusAsync()));

            Assert.All(answers, status => Assert.Equal(200, status));
            await rig.RefreshesAsync(round);
        }

        Assert.False(rig.Provider.Logins.Last().IsDead);
        Assert.Equal(3, rig.Provider.Calls.Count(call => call.Endpoint == "token" && call.Parameters.GetValueOrDefault("grant_type") == "refresh_token"));
    }
}
