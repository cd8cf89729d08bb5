namespace AuthGateway.Tests.Browsers;

/// <summary>A request for a service worker's script without a live session is answered with one that removes the worker.</summary>
public class WorkerRemovalTests
{
    private static readonly string[] Asked = ["Accept: */*", "Service-Worker: script", "Sec-Fetch-Mode: same-origin", "Sec-Fetch-Dest: serviceworker", "Sec-Fetch-Site: same-origin", "User-Agent: Mozilla/5.0"];

    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Without_a_session_the_worker_removes_itself(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);

        var answer = await rig.SendAsync("GET", "/sw.js", Asked);

        Assert.Equal(status, answer.Status);
        Assert.StartsWith("text/javascript", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Contains("registration.unregister()", answer.Text, StringComparison.Ordinal);
        Assert.Contains("caches.delete", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.SetCookies);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Fact]
    public async Task With_a_session_the_application_answers_and_after_the_logout_the_gateway()
    {
        await using var rig = await GatewayRig.StartAsync();
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());

        Assert.DoesNotContain("unregister", (await rig.SendAsync("GET", "/sw.js", [.. Asked, cookie])).Text, StringComparison.Ordinal);
        await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");

        Assert.Contains("unregister", (await rig.SendAsync("GET", "/sw.js", [.. Asked, cookie])).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("END_SERVICE_WORKERS", "false", "GET", "Service-Worker: script")]
    [InlineData("END_SERVICE_WORKERS", "true", "POST", "Service-Worker: script")]
    [InlineData("END_SERVICE_WORKERS", "true", "GET", "Service-Worker: other")]
    [InlineData("END_SERVICE_WORKERS", "true", "GET", "Service-Worker: script|Sec-Fetch-Dest: empty")]
    public async Task Everything_else_is_refused_as_before(string setting, string value, string method, string lines)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { [setting] = value });

        var answer = await rig.SendAsync(method, "/sw.js", [.. lines.Split('|'), "Accept: application/json", "Content-Length: 0"]);

        Assert.Equal((401, "login_required"), (answer.Status, (string?)answer.Json["error"]));
    }

    [Fact]
    public async Task Where_200_would_let_the_request_pass_no_worker_is_sent()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });

        var answer = await rig.SendAsync(
            "GET", "/authservice/forward-auth", [.. Asked, "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: /sw.js"]);

        Assert.Equal(401, answer.Status);
    }
}
