using AuthGateway.Sessions.Store;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Faults;

/// <summary>The store has done it, and its answer came too late: no login is lost by that, and nobody waits for minutes.</summary>
public class LostAnswerTests
{
    private LostAnswers _answers = null!;

    /// <summary>The renewal of the lease writes a note, so the row is newer than its holder knows; the rotated token must be stored all the same.</summary>
    [Theory]
    [InlineData(nameof(ISessionStore.HoldAsync))]
    [InlineData(nameof(ISessionStore.ReplaceAsync))]
    public async Task Rotated_token_is_stored(string method)
    {
        await using var rig = await StartAsync();
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        _answers.Lose(method);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        if (method == nameof(ISessionStore.HoldAsync))
        {
            // The lease is renewed after 10 s.
            await Deadline.UntilAsync(() => _answers.AreLost(method), "the renewal's answer is lost", seconds: 40);
            await rig.LoggedAsync("has not answered the refresh");
        }

        gate.SetResult();
        await rig.RefreshesAsync(1);
        rig.Provider.Faults.Clear();
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(2);

        Assert.True(_answers.AreLost(method));
        Assert.False(rig.Provider.Logins.Last().IsDead);
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Refresh_whose_lease_was_not_answered_is_made_after_10_s()
    {
        await using var rig = await StartAsync();
        _answers.Lose(nameof(ISessionStore.LeaseRefreshAsync));
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("store_unavailable");
        Assert.Equal(0, rig.Provider.Refreshes);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(11));

        await rig.RefreshesAsync(1);
    }

    [Fact]
    public async Task Callback_whose_mark_was_not_answered_is_redeemed_when_it_is_opened_again_and_once()
    {
        await using var rig = await StartAsync();
        var browser = rig.Gateway.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.Gateway.PublicUrl + "/app")).Location!)).Location!;
        var redeemed = rig.Provider.Count("token");
        var cookie = "Cookie: " + string.Join("; ", browser.CookiesOf(GatewayRig.PublicHost).Select(pair => $"{pair.Key}={pair.Value}"));
        _answers.Lose(nameof(ISessionStore.TakeOnceAsync), times: 2);

        foreach (var status in new[] { 503, 503, 302, 400, 400 })
        {
            var answer = await rig.Gateway.SendAsync("GET", new Uri(callback).PathAndQuery, "Accept: text/html", cookie);
            Assert.Equal(status, answer.Status);
        }

        Assert.Equal(redeemed + 1, rig.Provider.Count("token"));
    }

    private Task<RefreshRig> StartAsync() =>
        RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true }, services: services => _answers = StoreCalls.Around<LostAnswers>(services));
}
