using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Tests.Login;

/// <summary>A login that a third party begins (OIDC Core §4).</summary>
public sealed class ThirdPartyLoginTests
{
    [Theory]
    [InlineData("GET", GatewayMode.InLine)]
    [InlineData("POST", GatewayMode.InLine)]
    [InlineData("GET", GatewayMode.ExtAuthz)]
    public async Task It_goes_to_the_provider_with_its_hint_and_ends_on_its_target(string method, GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var parameters = $"iss={Uri.EscapeDataString(rig.Provider.Issuer)}&login_hint=ann%40example.test&target_link_uri={Uri.EscapeDataString(rig.PublicUrl + "/lab?x=1")}";

        var start = method == "GET"
            ? await browser.GetAsync(rig.PublicUrl + "/authservice/login?" + parameters)
            : await browser.SendAsync("POST", rig.PublicUrl + "/authservice/login", [new("Content-Type", "application/x-www-form-urlencoded"), new("Origin", "https://portal.example.test"), .. browser.NavigationHeaders], parameters);
        var callback = await browser.GetAsync(start.Location!);
        var end = await browser.GetAsync(callback.Location!);

        Assert.Equal(method == "GET" ? 302 : 303, start.Status);
        Assert.Equal("ann@example.test", QueryHelpers.ParseQuery(new Uri(start.Location!).Query)["login_hint"]);
        Assert.Equal((302, "/lab?x=1"), (end.Status, end.Location));
    }

    [Fact]
    public async Task Another_issuer_begins_no_login_and_both_are_shown()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/authservice/login?iss=https%3A%2F%2Fevil.example.test");

        Assert.Equal((400, "wrong_issuer"), (answer.Status, answer.ErrorCode));
        Assert.Empty(answer.SetCookies);
        Assert.All(["https://evil.example.test", rig.Provider.Issuer], issuer =>
        {
            Assert.Contains(issuer, System.Net.WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
            Assert.Contains(issuer, rig.Log.Text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("iss=https%3A%2F%2Fevil.example.test", "")]
    [InlineData("iss=OURS", "iss=https%3A%2F%2Fevil.example.test")]
    [InlineData("iss=OURS&iss=https%3A%2F%2Fevil.example.test", "")]
    public async Task Another_issuer_in_a_form_begins_no_login_either(string form, string query)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await PostAsync(rig, form.Replace("OURS", Uri.EscapeDataString(rig.Provider.Issuer), StringComparison.Ordinal), "?" + query);

        Assert.Equal((400, "wrong_issuer"), (answer.Status, answer.ErrorCode));
    }

    /// <summary>A check at Envoy has no body: what it said is unknown, and the person is told.</summary>
    [Fact]
    public async Task Form_behind_envoy_is_no_silent_loss()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var browser = rig.NewBrowser();

        var answer = await rig.SendAsync("POST", "/authservice/login", ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 0", .. browser.NavigationHeaders.Select(pair => $"{pair.Key}: {pair.Value}")]);

        Assert.Equal((400, "login_form_lost"), (answer.Status, answer.ErrorCode));
        Assert.Contains("href=\"/authservice/login?return_url=%2F\"", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.SetCookies);
    }

    [Fact]
    public async Task Form_with_100_parameters_is_400_as_in_the_address()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(400, (await PostAsync(rig, "iss=https%3A%2F%2Fevil.example.test" + string.Concat(Enumerable.Repeat("&a=1", 100)))).Status);
        Assert.Equal(303, (await PostAsync(rig, "target_link_uri=%2Flab" + string.Concat(Enumerable.Repeat("&a=1", 98)))).Status);
    }

    [Theory]
    [InlineData("application/json", "{}", 415)]
    [InlineData("multipart/form-data; boundary=x", "--x--", 415)]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8", "login_hint=a", 303)]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED", "", 303)]
    public async Task Body_is_a_form_or_refused(string type, string body, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(status, (await PostAsync(rig, body, type: type)).Status);
    }

    private static Task<RawResponse> PostAsync(GatewayRig rig, string form, string query = "", string type = "application/x-www-form-urlencoded")
    {
        var browser = rig.NewBrowser();
        return browser.SendAsync("POST", $"{rig.PublicUrl}/authservice/login{query}", [new("Content-Type", type), new("Origin", "https://portal.example.test"), .. browser.NavigationHeaders], form);
    }

    [Theory]
    [InlineData("https://evil.example.test/lab")]
    [InlineData("//evil.example.test/lab")]
    public async Task Foreign_target_is_not_followed(string target)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var start = await browser.GetAsync(rig.PublicUrl + "/authservice/login?target_link_uri=" + Uri.EscapeDataString(target));
        var end = await browser.GetAsync((await browser.GetAsync(start.Location!)).Location!);

        Assert.Equal("/", end.Location);
    }

    [Fact]
    public async Task Thousands_of_parameters_are_not_read()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/authservice/login?return_url=%2Fx" + string.Concat(Enumerable.Repeat("&a=1", 5000)));

        Assert.Equal(400, answer.Status);
    }
}
