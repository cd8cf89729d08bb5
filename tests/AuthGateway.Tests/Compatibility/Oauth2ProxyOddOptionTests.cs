using AuthGateway.Configuration;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Options of oauth2-proxy as they are found by chance: in part, misspelt, with blanks; none opens more than it does there.</summary>
public sealed class Oauth2ProxyOddOptionTests : IDisposable
{
    private const string Least = Oauth2ProxyOptionTests.Least;

    private static readonly (string Name, string Value)[] Ours = [("OIDC_PROVIDER", "https://idp.example.com"), ("CLIENT_ID", "apps"), ("CLIENT_SECRET", "secret")];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cookie_name = \"a\"", false)]
    [InlineData("provider = \"google\"", false)]
    [InlineData("email_domains = []", false)]
    [InlineData("email_domains = \"example.com\"", true)]
    [InlineData("", true)]
    public void Any_option_asks_for_the_domains_whoever_names_the_provider(string toml, bool starts)
    {
        var result = Read(toml, Ours);

        Assert.Equal(starts, result.Options is not null);
        Assert.Equal(!starts, result.Errors.Any(error => error.Contains("email_domains: is not set", StringComparison.Ordinal)));
        Assert.Equal(["*"], Read(toml, [.. Ours, ("EMAIL_DOMAINS", "*")]).Options!.Access.EmailDomains);
    }

    [Theory]
    [InlineData("email_domain = \"example.com\"", "email_domain is no option of oauth2-proxy; did you mean email_domains?")]
    [InlineData("allowed_group = [ \"staff\" ]", "allowed_group is no option of oauth2-proxy; did you mean allowed_groups?")]
    [InlineData("allowed_groups = \"staff, admins\"", "allowed_groups: has a blank beside a comma")]
    [InlineData("oidc_groups_claim = \"roles\"\nextra_jwt_issuers = \" https://x=y\"", "extra_jwt_issuers: has a blank beside a comma")]
    public void Name_or_list_that_means_something_else_there_ends_the_start(string toml, string problem)
    {
        var result = Read($"{Least}\nemail_domains = \"*\"\n{toml}");

        Assert.Null(result.Options);
        Assert.Contains(result.Errors, error => error.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[ \"example.com evil.example\" ]")]
    [InlineData("[ \"example.com,evil.example\" ]")]
    [InlineData("[ \"example.com\\tevil.example\" ]")]
    [InlineData("\"example.com, evil.example\"")]
    [InlineData("\"example.com evil.example\"")]
    public void Domain_with_a_blank_or_a_comma_is_not_two_domains(string value)
    {
        var result = Read($"{Least}\nemail_domains = {value}");

        Assert.Null(result.Options);
        Assert.Contains(result.Errors, error => error.Contains("is no domain: it holds a blank or a comma", StringComparison.Ordinal));
    }

    [Fact]
    public void Variable_in_the_singular_is_not_read_and_is_named()
    {
        var result = Read(Least + "\nemail_domains = \"*\"", ("OAUTH2_PROXY_ALLOWED_GROUP", "staff"), ("OAUTH2_PROXY_EMAIL_DOMAIN", "example.com"));

        Assert.Equal(["*"], result.Options!.Access.EmailDomains);
        Assert.Contains("OAUTH2_PROXY_ALLOWED_GROUP: no option of oauth2-proxy, not read; did you mean OAUTH2_PROXY_ALLOWED_GROUPS?", result.Warnings);
        Assert.Contains("OAUTH2_PROXY_EMAIL_DOMAIN: no option of oauth2-proxy, not read; did you mean OAUTH2_PROXY_EMAIL_DOMAINS?", result.Warnings);
        Assert.Contains(
            Read(Least + "\nemail_domains = \"*\"", ("OAUTH2_PROXY_ALLOWED_GROUPS", "staff, admins")).Errors,
            error => error.StartsWith("OAUTH2_PROXY_ALLOWED_GROUPS: has a blank beside a comma", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("skip_auth_regex = [ \"GET=^/x\" ]", "~GET=^/x", false)]
    [InlineData("skip_auth_regex = [ \"^/x!=y\" ]", "~^/x!=y", false)]
    [InlineData("skip_auth_routes = [ \"GET=^/x!=y\" ]", null, true)]
    [InlineData("skip_auth_routes = [ \"^/x!=y\" ]", null, true)]
    [InlineData("skip_auth_routes = [ \"GET=^/x=y\" ]", "GET=~^/x=y", false)]
    [InlineData("skip_auth_routes = [ \"OPTIONS=.*\" ]", "OPTIONS=~.*", false)]
    public void Public_routes_are_read_as_there(string toml, string? route, bool isNegated)
    {
        var result = Read($"{Least}\nemail_domains = \"*\"\n{toml}");

        Assert.Equal(route is null ? [] : [route], result.Options!.Access.SkipAuthRoutes.Select(pattern => pattern.Text));
        Assert.Equal(isNegated, result.Warnings.Any(warning => warning.Contains("opens all paths but some", StringComparison.Ordinal)));
        Assert.Equal(
            route?.StartsWith("OPTIONS", StringComparison.Ordinal) == true,
            result.Warnings.Any(warning => warning.Contains("'OPTIONS=~.*' covers every path", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("127.0.0.1:9100", true)]
    [InlineData("http://[::1]:9100", true)]
    [InlineData(":9100", false)]
    [InlineData("0.0.0.0:9100", false)]
    public void Address_of_the_metrics_that_is_not_kept_is_named(string address, bool isNamed)
    {
        var result = Read($"{Least}\nemail_domains = \"*\"\nmetrics_address = \"{address}\"");

        Assert.Equal(9100, result.Options!.Server.MetricsPort);
        Assert.Equal(isNamed, result.Warnings.Any(warning => warning.StartsWith("metrics_address: ", StringComparison.Ordinal)));
    }

    private SettingsResult Read(string toml, params (string Name, string Value)[] environment)
    {
        var all = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        all["OAUTH2_PROXY_CONFIG"] = _folder.Write("x.cfg", toml);
        return SettingsReader.Read(all, []);
    }
}
