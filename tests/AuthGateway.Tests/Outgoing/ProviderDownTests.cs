using System.Net;
using AuthGateway.Oidc.Provider;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Outgoing;

/// <summary>A provider that takes no connection, or takes one and never answers (P15, T4).</summary>
public class ProviderDownTests
{
    [Theory]
    [InlineData(GatewayMode.InLine, 503)]
    [InlineData(GatewayMode.ExtAuthz, 403)]
    public async Task P15_while_the_provider_takes_no_connection_a_visitor_gets_a_page_and_sessions_go_on(GatewayMode door, int status)
    {
        await using var provider = await FakeProvider.StartAsync();
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(door, provider: provider, clock: clock);
        var browser = await rig.LogInWithoutUpstreamAsync();
        var session = rig.SessionOf(browser);
        await provider.DisposeAsync();
        // A key that is not known makes the gateway ask, once in 10 s.
        clock.Advance(TimeSpan.FromSeconds(11));
        var unknown = rig.Provider.Sign(rig.Provider.Claims(FakeProvider.ClientId, null), kid: "never-seen");
        await Deadline.UntilAsync(
            async () =>
            {
                await rig.SendAsync("GET", "/app", "Authorization: Bearer " + unknown);
                return rig.Log.Text.Contains("Sessions go on; new logins get a page until it answers.", StringComparison.Ordinal);
            },
            () => "the line\n" + rig.Log.Text);

        var visit = await rig.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document");

        Assert.Equal((status, "5"), (visit.Status, visit.Header("Retry-After")));
        Assert.Contains("The provider cannot be reached; try again in a moment.", visit.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);

        await using var again = await FakeProvider.StartAsync(provider.Address.Port);
        await Deadline.UntilAsync(async () => (await rig.SendAsync("GET", "/app", "Accept: text/html")).Status == 302, "visitors are sent to the provider again");
    }

    [Fact]
    public async Task P15_a_revocation_endpoint_elsewhere_that_is_down_keeps_nobody_out()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["OIDC_REVOCATION_URL"] = "http://127.0.0.1:1/revoke" });
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");
        await Deadline.UntilAsync(() => rig.Log.Text.Contains("Tokens of an ended session could not be revoked", StringComparison.Ordinal), () => "the endpoint was tried\n" + rig.Log.Text);

        Assert.Equal(302, (await rig.SendAsync("GET", "/app", "Accept: text/html")).Status);
    }

    [Fact]
    public async Task T4_no_answer_is_a_failure_with_a_sentence()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.Faults["token"] = Fault.Wait(new TaskCompletionSource().Task);
        var channel = rig.Server.Services.GetRequiredService<AuthGateway.Oidc.Provider.ProviderHttpClient>();
        using var request = new HttpRequestMessage(HttpMethod.Post, rig.Provider.Issuer + "/token") { Content = new FormUrlEncodedContent([new("grant_type", "refresh_token")]) };
        request.Options.Set(ResponseTimeoutHandler.Key, TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => channel.Client.SendAsync(request));

        Assert.Equal("took the request and did not answer within 0.3 s", failure.Message);
        Assert.Equal("took the request and did not answer in time", channel.Describe(failure, request.RequestUri));
    }
}
