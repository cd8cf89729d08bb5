namespace AuthGateway.Tests.Refresh;

/// <summary>A refresh that the provider takes its time for: it is not given up after 10 s, and what the provider does not answer is a failure like any other.</summary>
public class LongCallTests
{
    private static readonly Dictionary<string, string> Grace = new() { ["PROVIDER_OUTAGE_GRACE"] = "12" };

    [Fact]
    public async Task Provider_that_never_answers_begins_the_grace_like_any_failure()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Grace);
        rig.Provider.Faults["token"] = Fault.Wait(new TaskCompletionSource().Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("has not answered the refresh");

        rig.Clock.Advance(TimeSpan.FromSeconds(13));

        Assert.Equal(401, await rig.StatusAsync());
    }

    [Fact]
    public async Task Answer_after_more_than_10_s_is_taken()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("has not answered the refresh");
        Assert.Equal(200, await rig.StatusAsync());
        gate.SetResult();
        await rig.RefreshesAsync(1);
        rig.Provider.Faults.Clear();

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(2);

        Assert.False(rig.Provider.Logins.Last().IsDead);
        Assert.DoesNotContain("could not be refreshed", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_whose_answer_was_lost_is_not_repeated_while_the_access_token_lives()
    {
        // The provider has used the token up: shown twice, it would end the login there.
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 28800, SingleUse = true });
        var sent = 0;
        rig.Provider.EditTokenResponse = _ =>
        {
            sent++;
            throw new IOException("the answer is lost");
        };
        await rig.UseAfterAsync(TimeSpan.FromSeconds(460));
        await rig.LoggedAsync("could not be refreshed");
        for (var i = 0; i < 6; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromMinutes(1));
            await rig.SettledAsync();
        }

        Assert.Equal(1, sent);
        Assert.False(rig.Provider.Logins.Last().IsDead);
    }
}
