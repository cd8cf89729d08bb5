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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task App_that_is_gone_is_a_page_for_a_person_a_sentence_for_a_program_and_one_line_in_the_log(bool byRoutes)
    {
        var gone = new Uri("http://127.0.0.1:1/");
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = gone.ToString() });
        using var folder = new TempFolder();
        if (byRoutes)
        {
            await RoutesFile.UseAsync(rig, folder.File("routes.json"), gone);
        }

        var program = await rig.SendAsync("GET", "/public/x?secret=1", "Accept: application/json");
        var person = await rig.SendAsync("GET", "/public/x", "Accept: text/html");

        Assert.Equal((502, "The application does not answer.\n"), (program.Status, program.Text));
        Assert.Equal(502, person.Status);
        Assert.Contains("data-error=\"upstream_unavailable\"", person.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", person.Header("Cache-Control"));
        var lines = rig.Log.Text.Split('\n').Where(line => line.Contains("connection refused", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains($"GET /public/x: the upstream does not answer: Request (no connection to {gone.Host}:{gone.Port} (tried {gone.Host}: connection refused)).", line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret=1", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip, chunked", 400)]
    [InlineData("chunked", 200)]
    public async Task Body_in_a_transfer_coding_that_the_app_would_not_hear_of_is_refused(string coding, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await RawClient.OnceAsync(
            rig.Address, $"POST /public/x HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nTransfer-Encoding: {coding}\r\n\r\n2\r\nab\r\n0\r\n\r\n");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, rig.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData(false, "\r\n")]
    [InlineData(true, "\r\n")]
    [InlineData(false, "Upgrade: websocket\r\n\r\n")]
    [InlineData(true, "Upgrade: websocket\r\n\r\n")]
    [InlineData(false, "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nbody")]
    [InlineData(true, "Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public async Task Upgrade_that_nobody_asked_for_is_the_apps_error(bool byRoutes, string rest)
    {
        await using var rig = await GatewayRig.StartAsync();
        using var folder = new TempFolder();
        if (byRoutes)
        {
            await RoutesFile.UseAsync(rig, folder.File("routes.json"), rig.Upstream.Address);
        }

        rig.Upstream.Answers["/public/x"] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nraw";

        Assert.Equal(502, (await RawClient.OnceAsync(rig.Address, $"GET /public/x HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rest}")).Status);
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
