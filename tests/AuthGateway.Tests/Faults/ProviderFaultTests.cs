using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AuthGateway.Tests.Faults;

/// <summary>A provider whose documents cannot be used leaves the gateway up, not ready, with the reason in <c>/readyz</c>.</summary>
public class ProviderFaultTests
{
    [Theory]
    [InlineData(200, "<html>no JSON</html>")]
    [InlineData(200, "")]
    [InlineData(200, "{\"issuer\":")]
    [InlineData(500, "{}")]
    [InlineData(404, "not here")]
    public async Task Unusable_discovery_is_not_ready_and_says_so(int status, string body)
    {
        using var provider = WireMockServer.Start();
        provider.Given(Request.Create().WithPath("/.well-known/openid-configuration")).RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(body));
        await using var rig = await StartAsync(provider);

        await NotReadyAsync(rig, provider);
    }

    [Fact]
    public async Task Discovery_that_redirects_elsewhere_is_not_followed()
    {
        using var elsewhere = WireMockServer.Start();
        using var provider = WireMockServer.Start();
        provider.Given(Request.Create().WithPath("/.well-known/openid-configuration")).RespondWith(Response.Create().WithStatusCode(302).WithHeader("Location", elsewhere.Url + "/.well-known/openid-configuration"));
        await using var rig = await StartAsync(provider);

        await NotReadyAsync(rig, provider);

        Assert.Empty(elsewhere.LogEntries);
    }

    private static Task<GatewayRig> StartAsync(WireMockServer provider) =>
        GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["OIDC_PROVIDER"] = provider.Url! }, waitUntilReady: false);

    private static async Task NotReadyAsync(GatewayRig rig, WireMockServer provider)
    {
        await Deadline.UntilAsync(() => provider.LogEntries.Any(), "discovery was tried");
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("OIDC_PROVIDER", StringComparison.Ordinal), "the reason names OIDC_PROVIDER");
        Assert.Equal(503, (await rig.ProbeAsync("/readyz")).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Accept: text/html")).Status);
    }
}
