using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Defaults and traps of the settings that shape pages, verify and user ids (record 1.3–1.5).</summary>
public class PageSettingTests
{
    [Theory]
    [InlineData("VERIFY_AUTH_URL=/auth/check", "/auth/check")]
    [InlineData("VERIFY_AUTH_URL=https://kf.example.com/auth/check/", "/auth/check")]
    [InlineData("CLIENT_NAME=x", "/authservice/verify")]
    public async Task Verify_is_where_its_setting_says(string setting, string path)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, setting);
        var session = "Cookie: authservice_session=" + (await stock.LogInAsync()).Session;

        Assert.Equal(401, (await stock.GetAsync(path + "/pipeline")).Status);
        Assert.Equal(204, (await stock.GetAsync(path + "/pipeline", session)).Status);
        Assert.Equal(204, (await stock.GetAsync(path + "/dex/x")).Status);
        Assert.Contains((await stock.GetAsync(path + "x", session)).Status, new[] { 200, 404 });
    }

    [Theory]
    [InlineData("CLIENT_NAME=x", "/authservice/site/homepage")]
    [InlineData("HOMEPAGE_URL=https://www.example.com/kubeflow", "https://www.example.com/kubeflow")]
    [InlineData("AUTHSERVICE_URL_PREFIX=/auth/", "/auth/site/homepage")]
    public async Task Refusal_links_to_the_homepage(string setting, string address)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "GROUPS_ALLOWLIST=x", setting);

        var answer = await stock.WithCookieAsync((await stock.LogInAsync()).Session);

        Assert.Contains($"href=\"{address}\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("THEMES_URL=https://cdn.example.com/themes/", "THEME=dark", "https://cdn.example.com/themes/dark/styles.css", "https://cdn.example.com")]
    [InlineData("THEMES_URL=/authservice/site/themes", "THEME=kubeflow", "/authservice/site/themes/kubeflow/styles.css", "'self'")]
    public async Task Theme_of_the_operator_joins_our_style_and_its_origin_the_policy(string themes, string theme, string sheet, string source)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, themes, theme);

        var page = await stock.WebAsync("GET", "/site/homepage");

        Assert.Contains($"href=\"{sheet}\"", page.Text, StringComparison.Ordinal);
        Assert.Matches($"style-src [^;]*{System.Text.RegularExpressions.Regex.Escape(source)}", page.Header("Content-Security-Policy")!);
    }

    [Theory]
    [InlineData("/site/themes/kubeflow/styles.css", "text/css")]
    [InlineData("/site/themes/kubeflow/logo.svg", "image/svg+xml")]
    public async Task Theme_of_ours_is_served_with_its_type_and_lists_no_folder(string target, string type)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var file = await stock.WebAsync("GET", target);

        Assert.StartsWith(type, file.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("nosniff", file.Header("X-Content-Type-Options"));
        Assert.Equal(404, (await stock.WebAsync("GET", "/site/themes/kubeflow/")).Status);
    }

    [Theory]
    [InlineData("/site/themes/kubeflow/bg.svg")]
    [InlineData("/site/themes/kubeflow/fonts/Roboto-Medium.woff")]
    public async Task Files_of_the_old_theme_that_are_not_served_are_listed_in_the_guide(string target)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(404, (await stock.WebAsync("GET", target)).Status);
        var guide = Repository.Read("docs/migration-from-oidc-authservice.md");
        Assert.Contains(target["/site/themes/kubeflow/".Length..], guide, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"matches":"a","replaces":"b","comment":"ignored"}]""", null)]
    [InlineData("""[{"matches":"a","replaces":"$-"}]""", "USERID_TRANSFORMERS: rule 1")]
    [InlineData("[]", null)]
    [InlineData("not json", "USERID_TRANSFORMERS: rule 1")]
    [InlineData("""{"matches":"a","replaces":"b"}""", "USERID_TRANSFORMERS: rule 1")]
    [InlineData("""[{"matches":"a","replaces":"b"},{"matches":"a"}]""", "USERID_TRANSFORMERS: rule 2")]
    [InlineData("""[{"matches":"a(?!b)","replaces":""}]""", "USERID_TRANSFORMERS: rule 1")]
    [InlineData("""[{"matches":"(a","replaces":""}]""", "USERID_TRANSFORMERS: rule 1")]
    public void Transformers_are_read_or_refused_by_their_number(string json, string? error)
    {
        var errors = SettingsReader.Read(StockEnvironment.Of(StockKubeflow.K18, "USERID_TRANSFORMERS=" + json), []).Errors;

        Assert.Equal(error is null, errors.Count == 0);
        Assert.True(error is null || errors[0].StartsWith(error, StringComparison.Ordinal), string.Join('\n', errors));
    }

    [Theory]
    [InlineData("a", "x", "banana", "bxnxnx")]
    [InlineData("^(?P<who>[^@]+)@.*$", "${who}", "ann@example.com", "ann")]
    [InlineData("nomatch", "x", "ann", "ann")]
    public async Task First_matching_rule_rewrites_every_match_and_no_other_rule_runs(string matches, string replaces, string claim, string id)
    {
        await using var stock = await StockKubeflow.StartAsync(
            StockKubeflow.K18, $$"""USERID_TRANSFORMERS=[{"matches":"{{matches}}","replaces":"{{replaces}}"},{"matches":"^b","replaces":"never"}]""");
        stock.Provider.User = new ProviderUser("1", claim);

        Assert.Equal(id, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Header("kubeflow-userid"));
    }
}
