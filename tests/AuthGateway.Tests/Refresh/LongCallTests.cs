using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Refresh;

/// <summary>A refresh that the provider takes its time for: it is not given up after 10 s, and what the provider does not answer is a failure like any other.</summary>
public class LongCallTests
{
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
