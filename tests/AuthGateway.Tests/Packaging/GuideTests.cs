using System.Text.RegularExpressions;
using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Tests.Packaging;

/// <summary>What the guides name exists.</summary>
public sealed class GuideTests
{
    // Injected by Kubernetes, and of Kubeflow's dashboard: no settings of ours.
    private static readonly string[] Others = ["AUTHSERVICE_PORT", "LOGOUT_URL"];

    [Theory]
    [InlineData("docs/migration-from-oidc-authservice.md")]
    [InlineData("docs/migration-from-oauth2-proxy.md")]
    [InlineData("docs/api-clients.md")]
    [InlineData("docs/deploy-kubeflow.md")]
    [InlineData("docs/deploy-kubeflow-26.md")]
    [InlineData("docs/deploy-forward-auth.md")]
    public void Every_setting_that_a_guide_names_is_in_the_catalogue(string guide)
    {
        var names = Regex.Matches(Repository.Read(guide), @"`([A-Z][A-Z_]{3,})(?:=[^`]*)?`").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(SettingCatalogue.Knows(name) || Others.Contains(name), name));
    }

    [Fact]
    public void Every_page_that_a_page_links_to_is_there()
    {
        string[] pages = ["README.md", "DEVELOPERS.md", .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path))];

        Assert.All(
            pages.SelectMany(page => Regex.Matches(Repository.Read(page), @"\]\(([^)#:]+)(?:#[^)]*)?\)").Select(match => (Page: page, Link: match.Groups[1].Value))),
            pair => Assert.True(File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(pair.Page)!, pair.Link)), $"{pair.Page}: {pair.Link}"));
    }

    [Fact]
    public void Developers_page_has_the_readmes_test_command_and_every_variable_of_the_system_tests()
    {
        var page = Repository.Read("DEVELOPERS.md");
        var command = Regex.Match(Repository.Read("README.md"), @"^dotnet test [^\n]*", RegexOptions.Multiline).Value;
        var parts = Directory.GetFiles(Path.Combine(Repository.Root, "tests/AuthGateway.SystemTests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        var variables = parts.SelectMany(text => Regex.Matches(text, "(?:GetEnvironmentVariable|RealPart\\.Home)\\(\"([A-Z_]+)\"")).Select(match => match.Groups[1].Value).Where(name => name != "PATH").Distinct().ToList();

        Assert.NotEmpty(command);
        Assert.Contains(command, page, StringComparison.Ordinal);
        Assert.Contains("KEYCLOAK_HOME", variables);
        Assert.All(variables, name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));
    }
}
