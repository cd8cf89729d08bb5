using AuthGateway.Configuration;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Oauth2Proxy;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Every option of oauth2-proxy is honoured, named or refused; none is dropped in silence.</summary>
public sealed class Oauth2ProxyOptionTests : IDisposable
{
    /// <summary>A file with which the gateway starts, but for <c>email_domains</c>.</summary>
    internal const string Least = """
        oidc_issuer_url = "https://idp.example.com"
        client_id = "apps"
        client_secret = "a-client-secret-of-an-example"
        redirect_url = "https://apps.example.com/oauth2/callback"
        upstreams = [ "http://127.0.0.1:3000" ]
        """;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => [.. Oauth2ProxyNames.All];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void No_option_is_dropped_in_silence(string name)
    {
        var before = Translate(Least + "\nemail_domains = [ \"*\" ]");
        var values = new[] { "true", "false", "\"x\"", "[ \"x\" ]", "\"1h\"", "\":1\"", "\"redis\"" };

        var changed = values.Where(value => Said(Translate(Without(Least + "\nemail_domains = [ \"*\" ]", name) + $"\n{name} = {value}")) != Said(before));

        Assert.True(changed.Any(), name);
    }

    [Theory]
    [InlineData("email_domains = [ \"example.com\" ]", "EMAIL_DOMAINS", "example.com")]
    [InlineData("email_domains = \"example.com,example.org\"", "EMAIL_DOMAINS", "example.com,example.org")]
    [InlineData("allowed_groups = [ \"a\", \"b c\" ]", "GROUPS_ALLOWLIST", "[\"a\",\"b c\"]")]
    [InlineData("allowed_groups = [ \"CN=a,OU=b\" ]", "GROUPS_ALLOWLIST", "[\"CN=a,OU=b\"]")]
    [InlineData("cookie_secure = false", "SESSION_COOKIE_SECURE", "auto")]
    [InlineData("cookie_secure = \"maybe\"", "SESSION_COOKIE_SECURE", "true")]
    [InlineData("prompt = \"login\"\nacr_values = \"2fa\"", "OIDC_EXTRA_PARAMS", "prompt=login,acr_values=2fa")]
    [InlineData("oidc_groups_claim = \"roles\"", "GROUPS_CLAIM", "roles")]
    [InlineData("oidc_email_claim = \"upn\"", "EMAIL_CLAIM", "upn")]
    [InlineData("proxy_prefix = \"/login\"\nredirect_url = \"https://apps.example.com\"", "REDIRECT_URL", "https://apps.example.com/login/callback")]
    [InlineData("skip_jwt_bearer_tokens = true\nextra_jwt_issuers = [ \"https://kubernetes.default.svc.cluster.local=gateway\" ]", "AUDIENCES", "gateway")]
    [InlineData("skip_jwt_bearer_tokens = true\nextra_jwt_issuers = [ \"https://kubernetes.default.svc.cluster.local=gateway\" ]", "ACCESS_TOKEN_AUTHN_ENABLED", "false")]
    [InlineData("skip_jwt_bearer_tokens = true\noidc_extra_audiences = [ \"cli\" ]", "AUDIENCES", "cli,apps")]
    [InlineData("extra_jwt_issuers = [ \"https://kubernetes.default.svc.cluster.local=gateway\" ]", "KUBERNETES_AUTHN_ENABLED", "false")]
    [InlineData("reverse_proxy = true\ntrusted_proxy_ips = [ \"10.0.0.1\" ]", "TRUSTED_PROXIES", "10.0.0.1")]
    [InlineData("pass_host_header = false", "UPSTREAM_HOST", "upstream")]
    [InlineData("skip_claims_from_profile_url = true", "OIDC_USERINFO_URL", "none")]
    [InlineData("tls_cert_file = \"/c\"\ntls_key_file = \"/k\"\nhttps_address = \":8443\"", "SERVER_PORT", "8443")]
    [InlineData("session_store_type = \"redis\"\nredis_use_sentinel = true\nredis_sentinel_master_name = \"m\"\nredis_sentinel_connection_urls = [ \"redis://a:1\", \"redis://b:2\" ]", "SESSION_STORE_REDIS", "a:1,b:2,serviceName=m")]
    public void Option_becomes_the_setting(string toml, string name, string value)
    {
        var lines = string.Join('\n', Least.Split('\n').Where(line => !toml.Contains(line.Trim().Split(' ')[0] + " =", StringComparison.Ordinal)));
        var translation = Translate($"{lines}\n{(toml.Contains("email_domains", StringComparison.Ordinal) ? "" : "email_domains = \"*\"")}\n{toml}");

        Assert.Empty(translation.Errors);
        Assert.Equal(value, Assert.Single(translation.Settings, setting => setting.Name == name).Value);
    }

    /// <summary>What decides who may pass, and cannot be kept, ends the start.</summary>
    [Theory]
    [InlineData("", "email_domains: is not set")]
    [InlineData("email_domains = []", "email_domains: is not set")]
    [InlineData("email_domains = [ \"\" ]", "email_domains: has an empty entry")]
    [InlineData("authenticated_emails_file = \"/x\"", "authenticated_emails_file: ")]
    [InlineData("email_domains = \"*\"\nallowed_groups = [ \"*\" ]", "allowed_groups: '*' would be a pattern")]
    [InlineData("email_domains = \"*\"\nallowed_groups = [ \"\" ]", "allowed_groups: has an empty name")]
    [InlineData("email_domains = \"*\"\nallowed_roles = \"admin\"", "allowed_roles: restricts who may pass")]
    [InlineData("email_domains = \"*\"\nentra_id_allowed_tenants = \"x\"", "entra_id_allowed_tenants: restricts who may pass")]
    [InlineData("email_domains = \"*\"\ngoogle_group = \"x\"", "google_group")]
    [InlineData("email_domains = \"*\"\nalowed_groups = \"x\"", "alowed_groups is no option of oauth2-proxy; did you mean allowed_groups?")]
    [InlineData("email_domains = \"*\"\nprovider = \"github\"", "provider: 'github' is no OpenID Provider")]
    [InlineData("email_domains = \"*\"\nalpha_config = \"/x\"", "alpha_config: the YAML form")]
    [InlineData("email_domains = \"*\"\n[nested]\nx = 1", "nested is no option")]
    [InlineData("email_domains = { a = 1 }", "email_domains is neither a text")]
    [InlineData("email_domains = \"*\"\ncookie_expire = \"soon\"", "cookie_expire: 'soon' is no time")]
    [InlineData("email_domains = \"*\"\noidc_enabled_signing_algs = [ \"HS256\" ]", "oidc_enabled_signing_algs: has HS256")]
    [InlineData("email_domains = \"*\"\nskip_auth_routes = [ \".*\" ]", "SKIP_AUTH_ROUTES: '~.*' covers everything")]
    [InlineData("email_domains = \"*\"\nskip_auth_routes = [ \"GET=^/\" ]", "SKIP_AUTH_ROUTES: 'GET=~^/' covers everything")]
    [InlineData("= x", "is no TOML file")]
    public void Start_is_refused(string toml, string problem)
    {
        var result = Read(Least + "\n" + toml);

        Assert.Null(result.Options);
        Assert.Contains(result.Errors, error => error.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Operator_settles_a_refusal_by_a_setting_of_ours()
    {
        var result = Read(Least + "\nemail_domains = \"*\"\nallowed_roles = \"admin\"", ("GROUPS_ALLOWLIST", "admin"));

        Assert.Equal(["admin"], result.Options!.Access.GroupsAllowlist);
        Assert.Contains("allowed_roles: not used, because GROUPS_ALLOWLIST is set", result.Notes);
    }

    [Theory]
    [InlineData("GROUPS_ALLOWLIST", "", "staff")]
    [InlineData("GROUPS_ALLOWLIST", "admins", "admins")]
    [InlineData("SERVER_PORT", "1", "staff")]
    public void Setting_of_ours_takes_precedence_and_an_empty_one_opens_nothing(string name, string value, string groups)
    {
        var result = Read(Least + "\nemail_domains = \"*\"\nallowed_groups = \"staff\"", (name, value));

        Assert.Equal([groups], result.Options!.Access.GroupsAllowlist);
    }

    [Fact]
    public void Older_name_of_a_setting_takes_precedence_too()
    {
        var result = Read(Least + "\nemail_domains = \"*\"\nskip_jwt_bearer_tokens = true", ("JWT_AUTHN_ENABLED", "false"));

        Assert.False(result.Options!.Access.AccessTokenEnabled);
    }

    [Fact]
    public void Variable_takes_precedence_over_the_file()
    {
        var result = Read(Least + "\nemail_domains = \"*\"\ncookie_name = \"a\"", ("OAUTH2_PROXY_COOKIE_NAME", "b"), ("OAUTH2_PROXY_CLIENT_ID", ""), ("OAUTH2_PROXY_COKIE_NAME", "c"));

        Assert.Equal("b", result.Options!.Session.CookieName);
        Assert.Equal("apps", result.Options.Provider.ClientId);
        Assert.Contains("OAUTH2_PROXY_COKIE_NAME: no option of oauth2-proxy, not read; did you mean OAUTH2_PROXY_COOKIE_NAME?", result.Warnings);
    }

    /// <summary>Left over beside settings of ours they are not read, as before; a restriction among them is not ignored.</summary>
    [Theory]
    [InlineData("OAUTH2_PROXY_EMAIL_DOMAINS", "*", true)]
    [InlineData("OAUTH2_PROXY_CLIENT_ID", "other", true)]
    [InlineData("OAUTH2_PROXY_EMAIL_DOMAINS", "example.com", false)]
    [InlineData("OAUTH2_PROXY_ALLOWED_GROUPS", "staff", false)]
    [InlineData("OAUTH2_PROXY_ALLOWED_ROLES", "staff", false)]
    public void Variables_beside_a_provider_of_ours(string name, string value, bool starts)
    {
        var result = SettingsReader.Read(
            new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.com", ["CLIENT_ID"] = "ours", ["CLIENT_SECRET"] = "secret", [name] = value }, []);

        Assert.Equal(starts, result.Options is not null);
        Assert.Contains(result.Warnings, line => line.StartsWith(name + ": a setting of oauth2-proxy, not read", StringComparison.Ordinal));
        Assert.Equal(!starts, result.Errors.Any(line => line.StartsWith(name + ": restricts who may pass", StringComparison.Ordinal)));
    }

    [Fact]
    public void Settings_that_are_made_are_settings_of_the_catalogue()
    {
        var made = Directory.GetFiles(Path.Combine(Repository.Root, "tests/AuthGateway.Tests/Compatibility/Oauth2ProxyFiles"), "*.cfg")
            .SelectMany(file => Translate(File.ReadAllText(file)).Settings)
            .Select(setting => setting.Name).Distinct().ToList();

        Assert.True(made.Count > 30);
        Assert.All(made, name => Assert.True(SettingCatalogue.Knows(name), name));
    }

    private static string Without(string toml, string name) =>
        string.Join('\n', toml.Split('\n').Where(line => !line.TrimStart().StartsWith(name + " =", StringComparison.Ordinal)));

    private static string Said(Translation translation) => string.Join('\n',
        translation.Settings.Select(setting => setting.ToString()).Concat(translation.Notes).Concat(translation.Warnings).Concat(translation.Errors));

    private static Translation Translate(string toml)
    {
        var options = new ForeignOptions();
        var translation = new Translation(new SettingSource(new Dictionary<string, string>(), []));
        translation.Errors.AddRange(TomlOptions.Parse("x.cfg", toml, options));
        Oauth2ProxyReader.Translate(options, translation);
        return translation;
    }

    private SettingsResult Read(string toml, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(_folder.File("x.cfg"), toml);
        var all = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        all["OAUTH2_PROXY_CONFIG"] = _folder.File("x.cfg");
        return SettingsReader.Read(all, []);
    }
}
