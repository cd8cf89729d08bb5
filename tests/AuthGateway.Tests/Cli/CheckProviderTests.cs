using System.Text.Json.Nodes;
using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using Microsoft.Extensions.Time.Testing;

namespace AuthGateway.Tests.Cli;

/// <summary>What <c>check</c> says about the provider, its keys and its clock.</summary>
public sealed class CheckProviderTests : CheckRun
{
    [Fact]
    public async Task Fit_provider_store_and_upstream_give_no_finding_of_theirs_and_leave_no_trace()
    {
        using var upstream = new EchoUpstream();

        var report = await LookAsync("UPSTREAM_URL=" + upstream.Address);

        Assert.DoesNotContain(report.Findings, finding => finding.Area != CheckArea.Settings);
        Assert.Equal([CheckArea.Settings, CheckArea.Provider, CheckArea.Client, CheckArea.Clock, CheckArea.Store, CheckArea.Upstream], report.Checked);
        Assert.Equal(1, Provider.Count("token"));
        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task Issuer_that_differs_by_a_slash_is_named()
    {
        Provider.EditDiscovery = document => document["issuer"] = Provider.Issuer + "/";

        var finding = Assert.Single(await FindingsAsync(CheckArea.Provider));

        Assert.Contains($"\"{Provider.Issuer}/\"", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_that_signs_with_a_shared_secret_alone_is_named()
    {
        Provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("HS256", "none");

        Assert.Contains("HS256, none", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announced_and_accepted_algorithms_are_a_hint()
    {
        Provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "ES256");

        var finding = Assert.Single((await LookAsync()).Findings, finding => finding.Area == CheckArea.Provider);

        Assert.Equal(FindingLevel.Hint, finding.Level);
        Assert.Contains("announces RS256, ES256 for ID tokens; accepted are RS256 (OIDC_SIGNING_ALGS", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HS256_with_Keycloak_is_named()
    {
        var report = await LookAsync("OIDC_ALLOW_HS256=true", "OIDC_ISSUER=https://id.example.test/realms/main");

        Assert.Contains(report.Findings, finding => finding.Problem.Contains("Keycloak signs HS256 with a key of its own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_of_another_kind_than_announced_are_named()
    {
        Provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("ES256");

        Assert.Contains("ES256", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_validation_that_cannot_work_at_this_provider_is_named()
    {
        Provider.EditDiscovery = document =>
        {
            document.Remove("userinfo_endpoint");
            document["grant_types_supported"] = new JsonArray("authorization_code");
        };

        Assert.DoesNotContain((await LookAsync()).Findings, finding => finding.Problem.Contains("STRICT", StringComparison.Ordinal));
        var findings = (await LookAsync("STRICT_SESSION_VALIDATION=true")).Findings.Where(finding => finding.Problem.Contains("STRICT_SESSION_VALIDATION", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, findings.Count);
        Assert.Contains("OIDC_USERINFO_URL", findings[0].NextStep, StringComparison.Ordinal);
        Assert.Contains("offline_access", findings[1].NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_key_set_is_named()
    {
        Provider.Faults["jwks"] = async context =>
        {
            await context.Response.WriteAsync("{\"keys\":[]}");
            return true;
        };

        Assert.Contains("no usable signing key", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_is_not_called_looked_at_where_the_provider_does_not_tell_its_time()
    {
        Provider.Faults["jwks"] = context =>
        {
            context.Response.Headers.Date = "";
            return Task.FromResult(false);
        };

        Assert.DoesNotContain(CheckArea.Clock, (await LookAsync()).Checked);
    }

    [Theory]
    [InlineData(90, "ahead of")]
    [InlineData(-90, "behind")]
    public async Task Clock_that_differs_is_named(int seconds, string word)
    {
        var report = await CheckCommand.LookAsync(Settings(), new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds)), TestContext.Current.CancellationToken);

        Assert.Contains(word, Assert.Single(report.Findings, finding => finding.Area == CheckArea.Clock).Problem, StringComparison.Ordinal);
    }
}
