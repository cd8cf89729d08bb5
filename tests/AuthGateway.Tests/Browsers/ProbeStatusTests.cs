using AuthGateway.Configuration;

namespace AuthGateway.Tests.Browsers;

/// <summary>Background probes of clients that read a 401 as "the thing is gone" get a status that makes them wait (<c>PROBE_STATUS</c>).</summary>
public class ProbeStatusTests
{
    private const string Kernel = "/notebook/ns/name/api/kernels/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    private static readonly string[] Call = ["Accept: application/json", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin", "User-Agent: Mozilla/5.0"];

    public static TheoryData<string, string, string, int> Probes => new()
    {
        { "GET", Kernel, "script", 424 },
        { "GET", Kernel + "?1732960000000", "script", 424 },
        { "GET", "/api/kernels/0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9", "script", 424 },
        { "POST", Kernel, "script", 401 },
        { "DELETE", Kernel, "script", 401 },
        { "GET", Kernel + "/channels", "script", 401 },
        { "GET", "/notebook/ns/name/api/kernels", "script", 401 },
        { "GET", "/notebook/ns/name/api/kernels/none", "script", 401 },
        { "GET", "/notebook/ns/name/api/sessions/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "script", 401 },
        { "GET", "/x/..%2fapi/kernels/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "script", 401 },
        { "GET", Kernel, "visit", 302 },
    };

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task Probe_for_a_kernel_without_a_session_is_told_to_wait(string method, string target, string kind, int status)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);
            string[] lines = kind == "visit" ? ["Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"] : Call;

            var answer = await rig.SendAsync(method, target, lines);

            Assert.True(answer.Status == status, $"{door} {method} {target}: {answer}");
            if (status != 302)
            {
                Assert.Equal("login_required", (string?)answer.Json["error"]);
                Assert.Equal("https://gw.example.test/authservice/login", (string?)answer.Json["login_url"]);
                Assert.Empty(answer.SetCookies);
                Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Probe_through_a_filter_that_shows_neither_Accept_nor_fetch_metadata_is_no_navigation()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);

        Assert.Equal(424, (await rig.SendAsync("GET", Kernel)).Status);
        Assert.Equal(302, (await rig.SendAsync("GET", "/notebook/ns/name/lab")).Status);
    }

    [Fact]
    public async Task Probe_through_forward_auth_is_told_to_wait_and_nginx_still_gets_its_401()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });

        var asked = await rig.SendAsync("GET", "/authservice/forward-auth", [.. Call, "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: " + Kernel]);
        var check = await rig.SendAsync("GET", "/authservice/verify", [.. Call, "X-Original-URI: " + Kernel]);

        Assert.Equal((424, 401), (asked.Status, check.Status));
    }

    [Fact]
    public async Task Kernel_of_a_session_that_ended_is_told_to_wait_and_the_live_one_passes()
    {
        await using var rig = await GatewayRig.StartAsync();
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        Assert.Equal(200, (await rig.SendAsync("GET", Kernel, [.. Call, cookie])).Status);

        await rig.SendAsync("POST", "/authservice/logout", cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 0");

        Assert.Equal(424, (await rig.SendAsync("GET", Kernel, [.. Call, cookie])).Status);
    }

    [Fact]
    public async Task Further_rows_come_from_the_setting_and_stand_before_the_shipped_one()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["PROBE_STATUS"] = "/jobs/*/state=425, **/api/kernels/{uuid}=423" });

        Assert.Equal(425, (await rig.SendAsync("GET", "/jobs/7/state", Call)).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/jobs/7/8/state", Call)).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/x/jobs/7/state", Call)).Status);
        Assert.Equal(423, (await rig.SendAsync("GET", Kernel, Call)).Status);
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("/a=200")]
    [InlineData("/a=503")]
    [InlineData("a/b=424")]
    [InlineData("/a/**/b=424")]
    [InlineData("/a/x*=424")]
    [InlineData("/a/../b=424")]
    [InlineData("/a%2Fb=424")]
    public void Row_that_cannot_be_meant_is_refused_by_name(string row)
    {
        var result = SettingsReader.Read(new Dictionary<string, string> { ["PROBE_STATUS"] = row }, []);

        Assert.Contains(result.Errors, error => error.StartsWith("PROBE_STATUS: '", StringComparison.Ordinal));
    }
}
