using AuthGateway.Cli;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;

namespace AuthGateway.Tests.Cli;

/// <summary><c>auth-gateway import</c> on configurations as they are found (Compatibility/Oauth2ProxyFiles).</summary>
public sealed class ImportTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/AuthGateway.Tests/Compatibility");

    [Theory]
    [InlineData("oauth2-proxy", "kubeflow.cfg", "kubeflow.env")]
    [InlineData("oauth2-proxy", "nginx.cfg")]
    [InlineData("oauth2-proxy", "traefik.cfg")]
    [InlineData("oauth2-proxy", "keycloak.cfg")]
    [InlineData("oauth2-proxy", "variables.env")]
    [InlineData("oauth2-proxy", "values.yaml")]
    public async Task The_gateway_starts_on_what_import_prints(string kind, params string[] files)
    {
        var run = await ImportAsync(kind, ["--show-secrets", .. files]);

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        var options = Options(run.Output);
        Assert.Equal("/oauth2/callback", options.Urls.CallbackPath);
        Assert.Equal("/oauth2/auth", options.Urls.VerifyPath);
        Assert.Equal(4180, options.Server.Port);
        Assert.Equal("a-client-secret-of-an-example", Assert.Single(options.Provider.ClientSecrets.Current));
    }

    [Fact]
    public async Task Kubeflow_settings_keep_their_meaning()
    {
        var options = Options((await ImportAsync("oauth2-proxy", "--show-secrets", "kubeflow.cfg", "kubeflow.env")).Output);

        Assert.False(options.Server.IsInline);
        Assert.Equal("oauth2_proxy_kubeflow", options.Session.CookieName);
        Assert.Equal(TimeSpan.FromHours(24), options.Session.MaxAge);
        Assert.Equal(CookieSecure.Auto, options.Session.CookieSecure);
        Assert.Equal("/dex/auth", options.Provider.Endpoints.Authorization);
        Assert.Equal(["~/api/", "~/apis/", "~^/ml_metadata"], options.Access.ApiPaths.Select(path => path.Text));
        Assert.Equal("~^/dex/", Assert.Single(options.Access.SkipAuthRoutes).Text);
        Assert.True(options.Identity.ForwardIdToken);
        Assert.True(options.Access.IdTokenEnabled);
        Assert.False(options.Access.KubernetesEnabled);
        Assert.Equal(["authorization", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-user"], options.Server.ExtAuthzUpstreamHeaders);
        Assert.Equal(["*"], options.Access.GroupsAllowlist);
    }

    [Theory]
    [InlineData("nginx.cfg", "EMAIL_DOMAINS=example.com,.corp.example.com", "# Different here:", "whitelist_domains: not used", "pass_access_token: not done")]
    [InlineData("traefik.cfg", "EMAIL_DOMAINS=*", "skip_auth_strip_headers: NOT done", "trusted_ips: NOT done", "skip_auth_preflight: NOT done", "reverse_proxy: there every peer")]
    [InlineData("keycloak.cfg", "GROUPS_ALLOWLIST=/staff,/admins", "UPSTREAM_URL=http://127.0.0.1:3000/", "SESSION_STORE_REDIS=redis.example.com:6380,user=user,password=pass,ssl=true,defaultDatabase=2", "SESSION_MAX_AGE=168h", "IDTOKEN_AUTHN_ENABLED=false", "KUBERNETES_AUTHN_ENABLED=false", "ACCESS_TOKEN_AUTHN_ENABLED=false")]
    [InlineData("entra.cfg", "SESSION_SAME_SITE=Strict", "SESSION_MAX_AGE=510m", "CA_BUNDLE=/etc/ssl/corp.pem", """SKIP_AUTH_ROUTES=["GET=~^/healthz$","~^/static/[a-z]{1,8}/"]""", "'POST!=^/api' opens all paths but some, which is not done", "EMAIL_VERIFIED_REQUIRED=unless-absent")]
    [InlineData("variables.env", "METRICS_PORT=44180", "SKIP_AUTH_ROUTES=GET=~^/healthz$,~^/static/", "GROUPS_ALLOWLIST=staff,admins")]
    [InlineData("values.yaml", "SESSION_MAX_AGE=12h", "SESSION_COOKIE_NAME=_apps", "GROUPS_ALLOWLIST=staff,admins", "EMAIL_DOMAINS=example.com")]
    public async Task What_is_printed_has(string file, params string[] lines)
    {
        var run = await ImportAsync("oauth2-proxy", "--show-secrets", file);

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.All(lines, line => Assert.Contains(line, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keycloak-roles.cfg", "allowed_roles: restricts who may pass")]
    [InlineData("alpha.yaml", "the YAML form (alpha configuration) is not read")]
    public async Task What_would_open_more_or_cannot_be_read_is_refused_with_a_sentence(string file, string sentence)
    {
        var run = await ImportAsync("oauth2-proxy", file);

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("# THE GATEWAY WOULD NOT START:\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_printed_only_when_asked_for()
    {
        var run = await ImportAsync("oauth2-proxy", "kubeflow.cfg", "kubeflow.env");

        Assert.Contains("# CLIENT_SECRET=***", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a-client-secret", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("a-cookie-secret", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_of_ingress_nginx_become_settings()
    {
        var run = await ImportAsync("ingress-nginx", "ingress.yaml");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        string[] lines =
        [
            "VERIFY_AUTH_URL=/oauth2/auth", "AUTHSERVICE_URL_PREFIX=/oauth2/", "PUBLIC_URL=https://apps.example.com", "USERID_HEADER=X-Auth-Request-Email",
            "CLAIM_HEADERS=sub:X-Auth-Request-User", "FORWARD_ID_TOKEN=true", "EXT_AUTHZ_PORT=8090", "#   auth-cache-key: a cached answer lets a user pass",
        ];
        Assert.All(lines, line => Assert.Contains(line + (line[0] == '#' ? "" : "\n"), run.Output, StringComparison.Ordinal));
        var complete = "OIDC_PROVIDER=https://idp.example.com\nCLIENT_ID=x\nCLIENT_SECRET=y\nTRUSTED_PROXIES=10.0.0.1\n" + run.Output;
        Assert.Equal("/oauth2/auth", Options(complete).Urls.VerifyPath);
    }

    [Fact]
    public async Task File_that_is_not_there_ends_with_2()
    {
        var run = await ImportAsync("oauth2-proxy", "absent.cfg");

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.StartsWith("import: cannot read ", run.Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> ImportAsync(string kind, params string[] words) => CommandRun.OfAsync(
        new Dictionary<string, string>(),
        ["import", kind, .. words.Select(word => word.StartsWith('-') ? word : Path.Combine(Folder, "Oauth2ProxyFiles", word))]);

    private static GatewayOptions Options(string output)
    {
        var file = EnvFile.Parse("imported.env", output, new Dictionary<string, string>());
        Assert.Empty(file.Warnings);
        var result = SettingsReader.Read(new Dictionary<string, string>(), [file]);
        Assert.Empty(result.Errors);
        return result.Options!;
    }
}
