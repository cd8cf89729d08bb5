using AuthGateway.SystemTests.Parts;
using AuthGateway.Tests.Rig;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// A refresh in a fleet of ten in bad weather, with a provider that takes each refresh token once and ends a login that shows one twice: docs/refresh.md.
/// </summary>
public sealed class FleetRefreshTests(TenGateways fleet) : IClassFixture<TenGateways>
{
    private const int AccessSeconds = 10;

    [Fact]
    public async Task Answer_that_takes_14_s_is_waited_for_and_costs_nobody_the_login()
    {
        var session = await LogInAsync();
        fleet.Provider.Faults["token"] = async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(14), context.RequestAborted);
            return false;
        };

        await ServedUntilAsync(session, () => fleet.Provider.Refreshes == 1, "the slow answer is taken");
        fleet.Provider.Faults.Clear();
        await ServedUntilAsync(session, () => fleet.Provider.Refreshes == 2, "the next refresh");

        Assert.False(fleet.Provider.Logins.Last().IsDead);
    }

    [Fact]
    public async Task Gateway_that_is_cut_from_redis_for_36_s_with_the_newer_token_costs_nobody_the_login()
    {
        var session = await LogInAsync();
        await UntilDueAsync();
        fleet.Provider.Faults["token"] = _ =>
        {
            // Between the provider's rotation and the store.
            fleet.Line.Cut();
            return Task.FromResult(false);
        };
        await StoreGateway.AskAsync(fleet.All[0], session);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Provider.Refreshes == 1), TimeSpan.FromSeconds(10), () => "the provider has rotated");
        fleet.Provider.Faults.Clear();
        var cut = DateTimeOffset.UtcNow;

        await ServedUntilAsync(session, () => DateTimeOffset.UtcNow - cut > TimeSpan.FromSeconds(36), "36 s", first: 1);
        Assert.Equal(1, fleet.Provider.Refreshes);
        fleet.Line.Join();
        await ServedUntilAsync(session, () => fleet.Provider.Refreshes == 2, "the newer token is stored and used", first: 1);

        Assert.False(fleet.Provider.Logins.Last().IsDead);
        await Poll.UntilAsync(async () => await StoreGateway.AskAsync(fleet.All[0], session) == 200, TimeSpan.FromSeconds(20), () => "the one that was cut serves again");
    }

    [Fact]
    public async Task Provider_that_never_answers_begins_the_grace_and_all_ten_end_the_session_with_it()
    {
        var session = await LogInAsync();
        await UntilDueAsync();
        fleet.Provider.Faults["token"] = Fault.Wait(new TaskCompletionSource().Task);
        var sent = DateTimeOffset.UtcNow;
        Assert.Equal(200, await StoreGateway.AskAsync(fleet.All[3], session));

        await Poll.UntilAsync(
            async () => (await AskAllAsync(session)).All(status => status == 401), TimeSpan.FromSeconds(60), () => "nobody serves it any more");

        var served = DateTimeOffset.UtcNow - sent;
        TestContext.Current.TestOutputHelper?.WriteLine($"ended everywhere {served.TotalSeconds:0} s after the refresh that was never answered, with a grace of 30 s");
        Assert.InRange(served.TotalSeconds, 25, 45);
        fleet.Provider.Faults.Clear();
    }

    private async Task<string> LogInAsync()
    {
        fleet.Provider.Faults.Clear();
        fleet.Provider.Refresh = new RefreshRules { AccessSeconds = AccessSeconds, SingleUse = true };
        fleet.Provider.Refreshes = 0;
        return await StoreGateway.SessionAsync(fleet.All[1]);
    }

    // A fifth of the life ahead of its end.
    private static async Task UntilDueAsync()
    {
        var began = DateTimeOffset.UtcNow;
        await Poll.UntilAsync(() => Task.FromResult(DateTimeOffset.UtcNow - began > TimeSpan.FromSeconds(AccessSeconds * 0.9)), TimeSpan.FromSeconds(30), () => "the access token nears its end");
    }

    /// <summary>Every request at every gateway passes until then.</summary>
    private async Task ServedUntilAsync(string session, Func<bool> until, string what, int first = 0) => await Poll.UntilAsync(
        async () =>
        {
            Assert.All(await AskAllAsync(session, first), status => Assert.Equal(200, status));
            return until();
        },
        TimeSpan.FromSeconds(60),
        () => what,
        500);

    private Task<int[]> AskAllAsync(string session, int first = 0) => Task.WhenAll(fleet.All.Skip(first).Select(gateway => StoreGateway.AskAsync(gateway, session)));
}
