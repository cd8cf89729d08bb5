namespace AuthGateway.Tests.Browsers;

/// <summary>Refusals that htmx, gRPC and gRPC-web read in their own way.</summary>
public class ProgramRefusalTests
{
    [Theory]
    [InlineData("https://gw.example.test/app", "true")]
    [InlineData("https://gw.example.test/public/page", null)] // a page that needs no login would be loaded again without end
    [InlineData(null, "true")]
    public async Task Htmx_loads_its_page_again_in_the_place_of_showing_our_json(string? page, string? refresh)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);
            string[] lines = ["Accept: */*", "HX-Request: true", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", .. page is null ? Array.Empty<string>() : ["HX-Current-URL: " + page]];

            var answer = await rig.SendAsync("GET", "/app/part", lines);

            Assert.Equal((401, refresh), (answer.Status, answer.Header("HX-Refresh")));
            Assert.Equal("login_required", (string?)answer.Json["error"]);
            Assert.Null((await rig.SendAsync("GET", "/app/part", "Accept: application/json")).Header("HX-Refresh"));
        }
    }

    [Theory]
    [InlineData("application/grpc", "application/grpc")]
    [InlineData("application/grpc+proto", "application/grpc+proto")]
    [InlineData("application/grpc-web+proto", "application/grpc-web+proto")]
    [InlineData("application/grpc-web-text; charset=utf-8", "application/grpc-web-text")]
    public async Task Grpc_without_a_session_is_16_and_outside_of_the_groups_7(string asked, string answered)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins", ["EXTERNAL_AUTHZ_URL"] = "" });
            rig.Provider.User = ProviderUser.Bob;
            var cookies = await SessionOutsideAsync(rig);

            var unknown = await rig.SendAsync("POST", "/pkg.Service/Call", "Content-Type: " + asked, "Content-Length: 0");
            var refused = await rig.SendAsync("POST", "/pkg.Service/Call", "Content-Type: " + asked, "Content-Length: 0", cookies);

            Assert.Equal((401, "16", answered), (unknown.Status, unknown.Header("grpc-status"), unknown.Header("Content-Type")));
            Assert.Equal((403, "7", answered), (refused.Status, refused.Header("grpc-status"), refused.Header("Content-Type")));
            Assert.Empty(unknown.Body);
            Assert.Empty(refused.Body);
            Assert.NotEmpty(refused.Header("grpc-message")!);
            Assert.StartsWith("Bearer", unknown.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }
    }

    // A bearer token of a user outside the allowed groups: a session would have ended at its first refusal.
    private static async Task<string> SessionOutsideAsync(GatewayRig rig)
    {
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/authservice/login");
        return "Cookie: authservice_session=" + rig.SessionOf(browser);
    }
}
