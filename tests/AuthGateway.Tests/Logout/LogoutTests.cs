using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Logout;

public class LogoutTests
{
    private const string Target = "/authservice/logout";

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Post_with_the_session_in_the_header_ends_it_and_names_the_next_address(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("POST", Target, "Authorization: Bearer " + session, "Content-Length: 0");

        Assert.Equal(201, answer.Status);
        Assert.NotEmpty((string?)answer.Json["afterLogoutURL"] ?? "");
        Assert.Equal(401, await StatusAsync(rig, session));
        Assert.Equal(0, rig.StoredRows());
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer ")]
    public async Task Bare_bearer_beside_the_cookie_counts(string value)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("POST", Target, "Authorization: " + value, "Cookie: authservice_session=" + session, "Content-Length: 0");

        Assert.Equal(201, answer.Status);
        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Theory]
    [InlineData("https://gw.example.test", 201)]
    [InlineData("http://gw.example.test", 201)] // where the public scheme is unknown
    [InlineData("https://evil.example.test", 401)]
    [InlineData("https://gw.example.test:8443", 401)]
    [InlineData("null", 401)]
    public async Task Bare_bearer_of_a_page_of_another_host_ends_nothing(string origin, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("POST", Target, "Authorization: Bearer", "Cookie: authservice_session=" + session, "Origin: " + origin, "Content-Length: 0");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201 ? 401 : 200, await StatusAsync(rig, session));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, "X-Nothing: 1")]
    [InlineData(GatewayMode.ExtAuthz, "X-Nothing: 1")]
    [InlineData(GatewayMode.InLine, "Origin: https://evil.example.test")]
    [InlineData(GatewayMode.InLine, "Sec-Fetch-Site: cross-site")]
    [InlineData(GatewayMode.InLine, "Origin: null")]
    public async Task Cookie_alone_without_proof_ends_nothing(GatewayMode door, string line)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("POST", Target, "Cookie: authservice_session=" + session, line, "Content-Length: 0");

        Assert.Equal(401, answer.Status);
        Assert.Equal(200, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Same_origin_post_goes_through_the_provider_and_back()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["AFTER_LOGOUT_URL"] = "/public/bye" });
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);

        var answer = await browser.SendAsync("POST", rig.PublicUrl + Target, [new("Origin", rig.PublicUrl), new("Sec-Fetch-Site", "same-origin"), new("Accept", "text/html")]);
        Assert.Equal(303, answer.Status);
        Assert.StartsWith(rig.Provider.Issuer + "/end-session?", answer.Location, StringComparison.Ordinal);
        var (_, url) = await browser.VisitAsync(answer.Location!);

        Assert.Contains(rig.Provider.LastCall("end-session").Parameters["id_token_hint"], rig.Provider.Secrets);
        Assert.Equal(rig.Callback, rig.Provider.LastCall("end-session").Parameters["post_logout_redirect_uri"]);
        Assert.Equal(rig.PublicUrl + "/public/bye", url);
        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Get_shows_a_page_whose_form_works_without_origin_and_body(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);

        var page = await browser.GetAsync(rig.PublicUrl + Target);
        Assert.Equal(status, page.Status);
        Assert.Equal(200, await StatusAsync(rig, session));
        Assert.Contains(rig.Provider.Issuer, Regex.Match(page.Header("Content-Security-Policy")!, "form-action[^;]*").Value, StringComparison.Ordinal);
        var action = System.Net.WebUtility.HtmlDecode(Regex.Match(page.Text, "action=\"([^\"]+)\"").Groups[1].Value);
        var answer = await browser.SendAsync("POST", Browser.Resolve(rig.PublicUrl + Target, action), [new("Accept", "text/html")]);

        Assert.Equal(303, answer.Status);
        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Proof_of_another_session_ends_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        var thief = await rig.LogInAsync(ProviderUser.Bob);
        var session = rig.SessionOf(await rig.LogInAsync(ProviderUser.Alice));
        var action = System.Net.WebUtility.HtmlDecode(Regex.Match((await thief.GetAsync(rig.PublicUrl + Target)).Text, "action=\"([^\"]+)\"").Groups[1].Value);

        var answer = await rig.SendAsync("POST", Browser.Resolve(rig.PublicUrl, action)[rig.PublicUrl.Length..], "Cookie: authservice_session=" + session, "Content-Length: 0");

        Assert.Equal(401, answer.Status);
        Assert.Equal(200, await StatusAsync(rig, session));
    }

    private static async Task<int> StatusAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
