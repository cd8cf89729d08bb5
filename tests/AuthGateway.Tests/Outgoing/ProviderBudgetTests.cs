using AuthGateway.Oidc.Provider;
using AuthGateway.Tests.Limits;

namespace AuthGateway.Tests.Outgoing;

/// <summary>What visitors without a session can make the provider do at a time (U6).</summary>
public class ProviderBudgetTests
{
    [Fact]
    public async Task U6_logins_beyond_the_budget_get_a_503_page_and_sessions_have_places_of_their_own()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["PROVIDER_CALLS_MAX"] = "2" });
        var session = rig.SessionOf(await rig.LogInAsync());
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        var budget = rig.Server.Services.GetRequiredService<AuthGateway.Oidc.Provider.ProviderHttpClient>().Visitors;
        var waiting = Enumerable.Range(0, 4).Select(_ => rig.NewBrowser().VisitAsync(rig.PublicUrl + "/start")).ToList();
        await Deadline.UntilAsync(() => budget.InUse == 4, "two calls under way and two waiting");

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/start");

        Assert.Equal((503, "provider_busy", "5"), (answer.Status, answer.ErrorCode, answer.Header("Retry-After")));
        Assert.Equal(1, await LimitRig.ReachedAsync(rig, "provider_calls"));
        Assert.Equal(2, rig.Provider.Calls.Count(call => call.Endpoint == "token") - 1);
        Assert.True(await rig.Server.Services.GetRequiredService<ProviderMetadata>().TryFetchAsync(TestContext.Current.CancellationToken));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);
        gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), visit => Assert.Equal(200, visit.Answer.Status));
    }
}
