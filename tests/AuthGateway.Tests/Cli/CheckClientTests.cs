using AuthGateway.Cli.Checks;

namespace AuthGateway.Tests.Cli;

/// <summary>What <c>check</c> says about the client at the provider: its secret, its addresses, its scopes.</summary>
public sealed class CheckClientTests : CheckRun
{
    [Fact]
    public async Task Refused_client_is_named_without_its_secret()
    {
        Provider.Faults["token"] = Fault.Answer(401, "{\"error\":\"unauthorized_client\",\"error_description\":\"hunter2\"}");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("401 unauthorized_client", finding.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", finding.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeProvider.ClientSecret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_that_the_provider_refuses_is_named_with_its_redirect_address()
    {
        Provider.Faults["authorize"] = Fault.Answer(400, "Invalid parameter: redirect_uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("redirect address https://gw.example.test/authservice/oidc/callback", finding.Problem, StringComparison.Ordinal);
        Assert.Contains("REDIRECT_URL", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relative_authorization_address_is_replaced_by_the_discovered_one()
    {
        Provider.Faults["authorize"] = Fault.Answer(400, "Invalid parameter: redirect_uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client, "OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex"));

        Assert.Contains("refuses a login (400)", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_address_that_cannot_be_tried_is_a_hint()
    {
        Provider.EditDiscovery = document => document.Remove("authorization_endpoint");

        var report = await LookAsync("OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex");

        var finding = Assert.Single(report.Findings, finding => finding.Area == CheckArea.Client);
        Assert.Contains("were not tried: OIDC_AUTH_URL /dex/auth is relative", finding.Problem, StringComparison.Ordinal);
        Assert.Equal(FindingLevel.Hint, finding.Level);
    }

    [Fact]
    public async Task Logout_that_the_provider_does_not_bring_back_is_named_with_its_address()
    {
        Provider.Faults["end-session"] = Fault.Answer(400, "Invalid redirect uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("https://gw.example.test/authservice/oidc/callback", finding.Problem, StringComparison.Ordinal);
        Assert.Contains("POST_LOGOUT_REDIRECT_URL", finding.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain((await LookAsync("LOGOUT_MODE=local")).Findings, found => found.Area == CheckArea.Client);
    }

    [Fact]
    public async Task Scope_that_the_provider_does_not_know_is_named()
    {
        Provider.Faults["authorize"] = context =>
        {
            Assert.Equal("none", context.Request.Query["prompt"]);
            context.Response.Redirect(context.Request.Query["redirect_uri"] + "?error=invalid_scope&state=auth-gateway-check");
            return Task.FromResult(true);
        };

        Assert.Contains("openid email", Assert.Single(await FindingsAsync(CheckArea.Client)).Problem, StringComparison.Ordinal);
        Assert.Contains("openid email", Assert.Single(await FindingsAsync(CheckArea.Client, "OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex")).Problem, StringComparison.Ordinal);
    }
}
