using AuthGateway.Tests.Rig;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Tests.Login;

/// <summary>A login that a third party begins (OIDC Core §4).</summary>
public sealed class ThirdPartyLoginTests
{
    [Theory]
    [InlineData("GET", Door.InLine)]
    [InlineData("POST", Door.InLine)]
    [InlineData("GET", Door.ExtAuthz)]
    public async Task It_goes_to_the_provider_with_its_hint_and_ends_on_its_target(string method, Door door)
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
