using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Warnings;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Configuration;

public class WarningTests
{
    [Theory]
    [InlineData("SESSION_SAME_SITE=bogus", "SESSION_SAME_SITE: 'bogus' is read as Lax")]
    [InlineData("SESSION_SAME_SITE=none", "SESSION_SAME_SITE: 'none' is read as Lax")]
    [InlineData("GROUP_ALLOWLIST=admins", "GROUP_ALLOWLIST: unknown; did you mean GROUPS_ALLOWLIST?")]
    [InlineData("SKIP_AUTH_URL=/x", "SKIP_AUTH_URL: unknown; did you mean SKIP_AUTH_URLS?")]
    [InlineData("CA_BUNDLE=/etc/hostname", "CA_BUNDLE: /etc/hostname holds no certificate")]
    [InlineData("SESSION_STORE_TYPE=boltdb", "SESSION_STORE_TYPE: boltdb is read as sqlite")]
    [InlineData("TRUSTED_PROXIES=10.0.0.0/8,0.0.0.0/0", "TRUSTED_PROXIES: 0.0.0.0/0 BELIEVES EVERYBODY")]
    [InlineData("TRUSTED_PROXIES=::/0", "TRUSTED_PROXIES: ::/0 BELIEVES EVERYBODY")]
    [InlineData("TRUSTED_PROXIES=0.0.0.0/1,128.0.0.0/1", "TRUSTED_PROXIES: 128.0.0.0/1 BELIEVES EVERYBODY")]
    [InlineData("PORT=tcp://10.0.0.1:8080", "PORT: not a number, ignored")]
    [InlineData("KUBECONFIG=/nope", "KUBECONFIG: there is no file /nope")]
    [InlineData("CLIENT_AUTH_METHOD=none", "CLIENT_SECRET: not used, because CLIENT_AUTH_METHOD=none")]
    public void Risky_or_dead_value_is_named_and_the_gateway_starts(string change, string warning)
    {
        var result = KubeflowEnvironments.Read("1.8", change);

        Assert.Empty(result.Errors);
        Assert.Equal(SameSiteMode.Lax, result.Options!.Session.SameSite);
        Assert.Equal(SessionStoreType.Sqlite, result.Options.Session.StoreType);
        Assert.Contains(result.Warnings, line => line.StartsWith(warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EDITOR_LEVELS=x")]
    [InlineData("CLIENT_ID_SERVICE_HOST=10.0.0.1")]
    [InlineData("PYTHONPATH=/x")]
    public void Other_programs_variables_are_left_alone(string variable) =>
        Assert.DoesNotContain(KubeflowEnvironments.Read("1.8", variable).Warnings, line => line.StartsWith(variable.Split('=')[0] + ":", StringComparison.Ordinal));

    [Fact]
    public void Group_with_a_blank_is_one_group_and_said_so()
    {
        var result = KubeflowEnvironments.Read("1.8", "GROUPS_ALLOWLIST=Domain Users, admins");

        Assert.Equal(["Domain Users", "admins"], result.Options!.Access.GroupsAllowlist);
        Assert.Contains(result.Warnings, line => line.StartsWith("GROUPS_ALLOWLIST: 'Domain Users' is read as one group", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SESSION_SAME_SITE=None", "PUBLIC_URL=http://localhost:8989", true)]
    [InlineData("SESSION_SAME_SITE=None", "PUBLIC_URL=https://kf.example.test", false)]
    [InlineData("SESSION_SAME_SITE=Lax", "PUBLIC_URL=http://localhost:8989", false)]
    public void Same_site_none_without_https_is_named(string first, string second, bool isNamed) =>
        Assert.Equal(isNamed, KubeflowEnvironments.Read("1.8", first, second).Warnings.Any(line => line.StartsWith("SESSION_SAME_SITE: None makes the cookie Secure", StringComparison.Ordinal)));

    [Theory]
    [InlineData("SESSION_COOKIE_NAME=__Host-s", "PUBLIC_URL=https://kf.example.test", false)]
    [InlineData("SESSION_COOKIE_NAME=__Host-s", "PUBLIC_URL=http://localhost:8989", true)]
    [InlineData("SESSION_COOKIE_NAME=__secure-s", "SESSION_COOKIE_SECURE=never", true)]
    [InlineData("SESSION_COOKIE_NAME=__Host-s", "SESSION_COOKIE_DOMAIN=example.test", true)]
    [InlineData("SESSION_COOKIE_NAME=s", "PUBLIC_URL=http://localhost:8989", false)]
    public void Cookie_name_whose_promise_the_session_does_not_keep_is_named(string first, string second, bool isNamed) =>
        Assert.Equal(isNamed, KubeflowEnvironments.Read("1.8", first, second).Warnings.Any(line => line.StartsWith("SESSION_COOKIE_NAME: __", StringComparison.Ordinal)));

    [Theory]
    [InlineData("other.example", true)]
    [InlineData("ample.test", true)]
    [InlineData("gw.kf.example.test", true)]
    [InlineData("kf.example.test", false)]
    [InlineData(".Example.test", false)]
    public void Cookie_domain_that_no_browser_takes_is_named(string domain, bool isNamed)
    {
        var result = KubeflowEnvironments.Read("1.8", "PUBLIC_URL=https://kf.example.test", "SESSION_COOKIE_DOMAIN=" + domain);

        Assert.Empty(result.Errors);
        Assert.Equal(isNamed, result.Warnings.Any(line => line.StartsWith($"SESSION_COOKIE_DOMAIN: {domain} is neither the host of https://kf.example.test", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SHUTDOWN_DELAY=6", false)]
    [InlineData("SHUTDOWN_DELAY=7", true)]
    [InlineData("SHUTDOWN_DELAY=31s", true)]
    [InlineData("SHUTDOWN_DELAY=5m", true)]
    [InlineData("SHUTDOWN_DELAY=off", false)]
    [InlineData("SESSION_STORE_TYPE=redis", false)]
    public void Shutdown_delay_that_a_pod_does_not_live_through_is_named(string change, bool isNamed)
    {
        var result = KubeflowEnvironments.Read("1.8", change);

        Assert.Empty(result.Errors);
        Assert.Equal(isNamed, result.Warnings.Any(line => line.StartsWith("SHUTDOWN_DELAY: ", StringComparison.Ordinal) && line.Contains("terminationGracePeriodSeconds", StringComparison.Ordinal)));
    }

    [Fact]
    public void Grace_period_of_the_warning_is_the_manifests() =>
        Assert.Contains("terminationGracePeriodSeconds: 30\n", Repository.Read("manifests/base/stateful-set.yaml").ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Fact]
    public void Same_site_none_forces_secure() =>
        Assert.Equal(CookieSecure.Always, KubeflowEnvironments.Read("1.8", "SESSION_SAME_SITE=None", "SESSION_COOKIE_SECURE=never").Options!.Session.CookieSecure);

    [Fact]
    public void Newer_name_wins_over_the_older_one_which_is_named()
    {
        var result = KubeflowEnvironments.Read("1.8", "SERVER_PORT=9090");

        Assert.Equal(9090, result.Options!.Server.Port);
        Assert.Contains("PORT: not read, because SERVER_PORT is set", result.Warnings);
    }

    [Fact]
    public void Variables_of_oauth2_proxy_are_one_warning_that_names_the_page()
    {
        var file = EnvFile.Parse("x.env", "OAUTH2_PROXY_CLIENT_SECRET=hunter2\nOAUTH2_PROXY_CLIENT_ID=hunter2\nOAUTH2_PROXY_EMAIL_DOMAINS=*", new Dictionary<string, string>());

        var result = SettingsReader.Read(KubeflowEnvironments.Of("1.8", "OAUTH2_PROXY_COOKIE_SECRET=hunter2", "OAUTH2_PROXY_CLIENT_ID=hunter2"), [file]);

        Assert.Empty(result.Errors);
        var warning = Assert.Single(result.Warnings, line => line.Contains("OAUTH2_PROXY", StringComparison.Ordinal));
        Assert.Equal("OAUTH2_PROXY_CLIENT_ID: and 3 more are settings of oauth2-proxy, not read; docs/migration-from-oauth2-proxy.md says what to write instead", warning);
        Assert.DoesNotContain("hunter2", string.Join('\n', [.. result.Warnings, .. result.Effective]), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "docs/migration-from-oauth2-proxy.md")));
    }

    [Theory]
    [InlineData("OAUTH2_PROXY_PORT=tcp://10.0.0.1:80")]
    [InlineData("OAUTH2_PROXY_PORT_80_TCP_ADDR=10.0.0.1")]
    [InlineData("OAUTH2_PROXY_SERVICE_HOST=10.0.0.1")]
    public void Service_called_oauth2_proxy_is_no_setting_of_it(string variable) =>
        Assert.DoesNotContain(KubeflowEnvironments.Read("1.8", variable).Warnings, line => line.StartsWith("OAUTH2_PROXY", StringComparison.Ordinal));

    [Theory]
    [InlineData("aHVudGVyMg")]
    [InlineData("aHVudGVyMg=")]
    [InlineData("aHVudGVyMg==")]
    public void Second_line_of_a_secret_is_never_shown(string line)
    {
        var result = SettingsReader.Read(KubeflowEnvironments.Of("1.8"), [EnvFile.Parse("x.env", "CLIENT_NAME=a\n" + line, new Dictionary<string, string>())]);

        Assert.Contains(result.Warnings, warning => warning.StartsWith("x.env:", StringComparison.Ordinal));
        Assert.DoesNotContain("aHVudGVyMg", string.Join('\n', [.. result.Warnings, .. result.Effective]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OIDC_PROVIDR", "OIDC_PROVIDER")]
    [InlineData("oidc-scopes", "OIDC_SCOPES")]
    [InlineData("SESSION_MAXAGE", "SESSION_MAX_AGE")]
    [InlineData("GROUP_ALLOWLIST", "GROUPS_ALLOWLIST")]
    [InlineData("COMPLETELY_DIFFERENT", null)]
    public void Unknown_key_of_a_file_is_named_with_the_nearest_setting(string key, string? nearest)
    {
        var file = EnvFile.Parse("x.env", key + "=hunter2", new Dictionary<string, string>());

        var result = SettingsReader.Read(KubeflowEnvironments.Of("1.8"), [file]);

        Assert.Equal(nearest, UnknownSettings.Nearest(key));
        var warning = Assert.Single(result.Warnings, line => line.StartsWith(key + ":", StringComparison.Ordinal));
        Assert.EndsWith(nearest is null ? "unknown in x.env, ignored" : $"did you mean {nearest}?", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
    }
}
