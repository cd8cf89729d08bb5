using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Tests.Provider;

/// <summary>Addresses of the provider that browsers are sent to are visible ASCII, or are left out.</summary>
public class EndpointAddressTests
{
    [Theory]
    [InlineData("/end-session\u0007", null)]
    [InlineData("/end-session\u0085x", null)]
    [InlineData("/end-session/\u00fcber mich", "/end-session/%C3%BCber%20mich?")]
    [InlineData("/end-session?x=%2f\"", "/end-session?x=%2f\"&")]
    public async Task Logout_goes_to_an_address_that_a_header_can_carry(string written, string? sent)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["end_session_endpoint"] = provider.Issuer + written;
        await using var rig = await GatewayRig.StartAsync(provider: provider);
        var browser = await rig.LogInAsync();

        var answer = await browser.SendAsync("POST", rig.PublicUrl + "/authservice/logout", [new("Origin", rig.PublicUrl), new("Sec-Fetch-Site", "same-origin")]);

        Assert.True(answer.Status is 302 or 303, answer.ToString());
        Assert.StartsWith(sent is null ? "/" : provider.Issuer + sent, answer.Location, StringComparison.Ordinal);
        Assert.Equal(sent is null, rig.Log.Text.Contains("\" holds control characters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_goes_to_an_address_that_a_header_can_carry()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["authorization_endpoint"] = provider.Issuer + "/authorize?realm=M\u00fcnchen \u4e2d";
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        var start = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/app");

        Assert.Equal(302, start.Status);
        Assert.True(start.Location!.StartsWith(provider.Issuer + "/authorize?realm=M%C3%BCnchen+%E4%B8%AD&", StringComparison.Ordinal), start.Location);
        await rig.LogInAsync();
    }

    [Fact]
    public async Task Needed_address_with_a_control_character_is_named_in_readyz()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["authorization_endpoint"] = provider.Issuer + "/authorize\r\nx";
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(
            async () => (await rig.ProbeAsync("/readyz")).Text is var text && text.Contains("OIDC_AUTH_URL", StringComparison.Ordinal) && text.Contains("holds control characters", StringComparison.Ordinal),
            "the reason");
    }

    [Theory]
    [InlineData("https://idp.example.test:443/a%2fb", "https://idp.example.test:443/a%2fb")]
    [InlineData("https://m\u00fcnchen.example.test:8443/\u00fc?a=b c", "https://xn--mnchen-3ya.example.test:8443/%C3%BC?a=b%20c")]
    [InlineData("/dex/\u00fc \"%2f", "/dex/%C3%BC%20\"%2f")]
    public void Address_in_visible_ASCII(string written, string sent) => Assert.Equal(sent, WebAddress.ToAscii(written));

    [Theory]
    [InlineData("OIDC_AUTH_URL", "https://idp.example.test/\u00fc", "https://idp.example.test/%C3%BC")]
    [InlineData("OIDC_AUTH_URL", "/dex/\u00fc", "/dex/%C3%BC")]
    [InlineData("OIDC_AUTH_URL", "https://idp.example.test/\u0007x", null)]
    [InlineData("OIDC_END_SESSION_URL", "https://idp.example.test/\u00fc", "https://idp.example.test/%C3%BC")]
    [InlineData("OIDC_TOKEN_URL", "https://b\u00fccher.example.test/t", "https://xn--bcher-kva.example.test/t")]
    [InlineData("OIDC_TOKEN_URL", "https://idp.example.test/\u0085x", null)]
    [InlineData("AFTER_LOGOUT_URL", "https://idp.example.test/\u00fc", "https://idp.example.test/%C3%BC")]
    [InlineData("AFTER_LOGIN_URL", "/\u00fc", "/%C3%BC")]
    [InlineData("AFTER_LOGIN_URL", "https://idp.example.test/\u0007x", null)]
    public void Setting_is_sent_in_visible_ASCII(string name, string written, string? sent)
    {
        var result = SettingsReader.Read(
            new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "c", ["CLIENT_SECRET"] = "s", ["PUBLIC_URL"] = "https://gw.example.test", ["SKIP_AUTH_URLS"] = "/dex", [name] = written }, []);

        Assert.Equal(sent is null, result.Errors.Any(error => error.StartsWith(name + ": ", StringComparison.Ordinal)));
        if (sent is not null)
        {
            var (endpoints, urls) = (result.Options!.Provider.Endpoints, result.Options.Urls);
            Assert.Contains(sent, new[] { endpoints.Authorization, endpoints.Token, endpoints.EndSession, urls.AfterLoginUrl, urls.AfterLogoutUrl });
        }
    }
}
