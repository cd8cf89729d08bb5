using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Authorization;

/// <summary><c>EMAIL_DOMAINS</c>: who has access by the domain of an address.</summary>
public sealed class EmailDomainTests
{
    [Theory]
    [InlineData("example.com", "ann@example.com", 200)]
    [InlineData("example.com", "ann@EXAMPLE.com", 200)]
    [InlineData("example.com,example.org", "ann@example.org", 200)]
    [InlineData(".example.com", "ann@a.example.com", 200)]
    [InlineData("*.example.com", "ann@a.b.example.com", 200)]
    [InlineData("*", "ann@other.com", 200)]
    [InlineData("example.com", "ann@a.example.com", 403)]
    [InlineData("example.com", "ann@evilexample.com", 403)]
    [InlineData("example.com", "ann@example.com.evil.com", 403)]
    [InlineData("example.com", "ann@evil.com@example.com", 403)]
    [InlineData("example.com", "@example.com", 403)]
    [InlineData("example.com", "example.com", 403)]
    [InlineData(".example.com", "ann@example.com", 403)]
    [InlineData(".example.com", "ann@.example.com", 403)]
    [InlineData("*.example.com", "ann@evilexample.com", 403)]
    public async Task Only_addresses_of_the_domains_pass_by_login_and_by_token(string domains, string email, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["EMAIL_DOMAINS"] = domains, ["USERID_CLAIM"] = "sub" });
        var user = new ProviderUser("sub-ann", email);
        rig.Provider.User = user;

        var browser = rig.NewBrowser();
        var (answer, _) = await browser.VisitAsync(rig.PublicUrl + "/app");
        var byToken = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(user: user));
        var seen = rig.Upstream.Requests.Count;
        var socket = await rig.SendAsync("POST", "/api", "Cookie: authservice_session=" + rig.SessionOf(browser), "Content-Length: 0");

        Assert.Equal([status, status, status], [answer.Status, byToken.Status, socket.Status]);
        Assert.Equal(status == 200, rig.Upstream.Requests.Count > seen);
        if (status == 403)
        {
            Assert.Contains("EMAIL_DOMAINS", answer.Text, StringComparison.Ordinal);
            Assert.Empty(rig.Upstream.Requests);
        }
    }

    [Fact]
    public async Task A_user_without_an_address_does_not_pass()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["EMAIL_DOMAINS"] = "example.test", ["USERID_CLAIM"] = "sub" });
        rig.Provider.User = ProviderUser.Alice with { Extra = new Dictionary<string, string?> { ["email"] = null } };

        Assert.Equal(403, (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app")).Answer.Status);
    }

    [Theory]
    [InlineData("true", 200)]
    [InlineData("false", 403)]
    [InlineData("\"true\"", 200)]
    [InlineData("\"no\"", 403)]
    [InlineData(null, 200)]
    public async Task Unless_absent_takes_a_login_without_the_claim_and_none_with_another_value(string? verified, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["EMAIL_VERIFIED_REQUIRED"] = "unless-absent" });
        rig.Provider.EditIdToken = (_, claims) =>
        {
            claims.Remove("email_verified");
            if (verified is not null)
            {
                claims["email_verified"] = System.Text.Json.Nodes.JsonNode.Parse(verified);
            }
        };
        rig.Provider.EditUserInfo = claims => claims.Remove("email_verified");

        Assert.Equal(status, (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app")).Answer.Status);
    }
}
