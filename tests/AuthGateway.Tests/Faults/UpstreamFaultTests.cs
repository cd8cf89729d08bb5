using AuthGateway.Tests.Rig;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AuthGateway.Tests.Faults;

/// <summary>An app that misbehaves hurts its own answer alone.</summary>
public class UpstreamFaultTests
{
    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Status_and_body_of_the_app_are_its_own(int status)
    {
        using var app = WireMockServer.Start();
        app.Given(Request.Create().WithPath("/public/x")).RespondWith(Response.Create().WithStatusCode(status).WithHeader("X-App", "yes").WithBody("the app's words"));
        await using var rig = await StartAsync(app);

        var answer = await rig.SendAsync("GET", "/public/x");

        Assert.Equal(status, answer.Status);
        Assert.Equal("yes", answer.Header("X-App"));
        Assert.Equal("the app's words", answer.Text);
    }

    [Fact]
    public async Task App_that_hangs_up_without_an_answer_gives_502_and_keeps_the_session()
    {
        using var app = WireMockServer.Start();
        app.Given(Request.Create().WithPath("/start")).RespondWith(Response.Create().WithStatusCode(200));
        await using var rig = await StartAsync(app);
        var session = rig.SessionOf(await rig.LogInAsync());
        app.Stop();

        var answer = await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);

        Assert.Equal(502, answer.Status);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.SetCookies);
        Assert.Equal(204, (await rig.SendAsync("GET", "/authservice/verify", "Cookie: authservice_session=" + session)).Status);
    }

    [Fact]
    public async Task Redirect_of_the_app_goes_to_the_browser_unfollowed()
    {
        using var app = WireMockServer.Start();
        app.Given(Request.Create().WithPath("/public/x")).RespondWith(Response.Create().WithStatusCode(302).WithHeader("Location", "/authservice/logout"));
        await using var rig = await StartAsync(app);

        var answer = await rig.SendAsync("GET", "/public/x");

        Assert.Equal(302, answer.Status);
        Assert.Equal("/authservice/logout", answer.Location);
        Assert.Single(app.LogEntries);
    }

    private static Task<GatewayRig> StartAsync(WireMockServer app) =>
        GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = app.Url! });
}
