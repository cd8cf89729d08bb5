using AuthGateway.Cli;
using AuthGateway.Configuration;
using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Configuration;

public class SettingsReaderTests
{
    internal static readonly string[] Seed =
    [
        "OIDC_PROVIDER=http://keycloak.example.com:8080/realms/master", "OIDC_AUTH_URL=http://keycloak.example.com:8080/realms/master/protocol/openid-connect/auth",
        "OIDC_SCOPES=profile email", "AUTHSERVICE_URL_PREFIX=/authservice/", "SKIP_AUTH_URLS=/authservice", "AFTER_LOGOUT_URL=/",
        "REDIRECT_URL=http://localhost:8989/authservice/oidc/callback", "USERID_HEADER=kubeflow-userid", "USERID_PREFIX=", "USERID_CLAIM=email",
        "PORT=\"8080\"", "STORE_PATH=/var/lib/authservice/data.db", "CLIENT_ID=kubeflow-oidc-authservice", "CLIENT_SECRET=a-secret-of-the-seed",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Seed_reads_the_same_from_a_file_and_from_the_environment(bool fromFile)
    {
        var result = fromFile
            ? SettingsReader.Read(new Dictionary<string, string>(), [EnvFile.Parse("params.env", string.Join('\n', Seed), new Dictionary<string, string>())])
            : ReadEnvironment([]);

        Assert.Empty(result.Errors);
        var options = result.Options!;
        Assert.Equal(8080, options.Server.Port);
        Assert.Equal("/var/lib/authservice/data.db", options.Session.StorePath);
        Assert.Equal(["openid", "profile", "email"], options.Provider.Scopes);
        Assert.Equal("http://localhost:8989", options.Urls.PublicOrigin);
        Assert.Equal("/authservice/oidc/callback", options.Urls.CallbackPath);
        Assert.Equal("http://localhost:8989/authservice/oidc/callback", options.Urls.PostLogoutRedirectUri);
        Assert.Empty(options.Access.SkipAuthPaths);
        Assert.Equal(["kubeflow-userid"], options.Server.ExtAuthzUpstreamHeaders);
        Assert.Contains(result.Warnings, warning => warning.StartsWith("SKIP_AUTH_URLS:", StringComparison.Ordinal) && warning.Contains("needless", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.StartsWith("PORT:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTHSERVICE_URL_PREFIX=/", "AUTHSERVICE_URL_PREFIX")]
    [InlineData("SKIP_AUTH_URLS=/", "SKIP_AUTH_URLS")]
    [InlineData("SKIP_AUTH_URLS=/authservice/verify", "SKIP_AUTH_URLS")]
    [InlineData("SKIP_AUTH_URLS=/%61uthservice/verify", "SKIP_AUTH_URLS")]
    [InlineData("SKIP_AUTH_URLS=/dex/..", "SKIP_AUTH_URLS")]
    [InlineData("SKIP_AUTH_URLS=/dex%2fx", "SKIP_AUTH_URLS")]
    [InlineData("REDIRECT_URL=http://localhost:8989", "REDIRECT_URL")]
    [InlineData("REDIRECT_URL=/authservice/logout", "REDIRECT_URL")]
    [InlineData("GROUPS_HEADER=Kubeflow_Userid", "GROUPS_HEADER")]
    [InlineData("USERID_HEADER=Cookie", "USERID_HEADER")]
    [InlineData("USERID_HEADER=X-Forwarded-For", "USERID_HEADER")]
    [InlineData("USERID_HEADER=x-a-b-c-d-e", "USERID_HEADER")]
    [InlineData("USERID_HEADER=content!length", "USERID_HEADER")]
    [InlineData("GROUPS_HEADER=kubeflow!userid", "GROUPS_HEADER")]
    [InlineData("CLAIM_HEADERS=locale:Content-Language", "CLAIM_HEADERS")]
    [InlineData("CLAIM_HEADERS=until:Expires", "CLAIM_HEADERS")]
    [InlineData("GROUPS_FORMAT=repeat", "GROUPS_FORMAT")]
    [InlineData("TRUSTED_PROXIES=10", "TRUSTED_PROXIES")]
    [InlineData("SESSION_STORE_TYPE=etcd", "SESSION_STORE_TYPE")]
    [InlineData("SESSION_SECRET=short", "SESSION_SECRET")]
    [InlineData("SESSION_MAX_AGE=abc", "SESSION_MAX_AGE")]
    [InlineData("CLIENT_ID=", "CLIENT_ID")]
    [InlineData("CLIENT_SECRET=", "CLIENT_SECRET")]
    [InlineData("OIDC_PROVIDER=", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=file:///etc/passwd", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=gopher://a/b", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=http://169.254.169.254/latest", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=http://[::ffff:169.254.169.254]/", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=https://user:hunter2@idp.example.com/", "OIDC_PROVIDER")]
    [InlineData("OIDC_PROVIDER=https://idp.example.com/.well-known/openid-configuration", "OIDC_PROVIDER")]
    [InlineData("SERVER_HOSTNAME=999.1.1.1", "SERVER_HOSTNAME")]
    [InlineData("ACCESS_TOKEN_AUTHN=JWT", "ACCESS_TOKEN_AUTHN")]
    [InlineData("ACCESS_MODE=required", "ACCESS_MODE")]
    [InlineData("USERID_TRANSFORMERS=[{\"matches\":\"(?m)a$\",\"replaces\":\"\"}]", "USERID_TRANSFORMERS")]
    [InlineData("USERID_TRANSFORMERS=[{\"matches\":\"a(?=b)\",\"replaces\":\"\"}]", "USERID_TRANSFORMERS")]
    public void Unsafe_or_broken_value_is_refused_by_its_name(string change, string name)
    {
        var result = ReadEnvironment([change]);

        Assert.Null(result.Options);
        Assert.All(result.Errors, error => Assert.StartsWith(name + ":", error, StringComparison.Ordinal));
        Assert.NotEmpty(result.Errors);
        Assert.DoesNotContain("hunter2", string.Join('\n', [.. result.Errors, .. result.Warnings, .. result.Effective]), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_certificate_and_key_are_refused_by_name()
    {
        var result = ReadEnvironment(["TLS_CERT_FILE=/etc/hostname", "TLS_KEY_FILE=/etc/hostname"]);

        Assert.StartsWith("TLS_CERT_FILE: /etc/hostname and /etc/hostname (TLS_KEY_FILE) are no certificate", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_bypass_list_beside_new_names_is_named_and_opens_nothing()
    {
        var result = ReadEnvironment(["SKIP_AUTH_URI=/open"]);

        Assert.Empty(result.Options!.Access.SkipAuthPaths);
        Assert.Contains(result.Warnings, warning => warning.StartsWith("SKIP_AUTH_URI:", StringComparison.Ordinal) && warning.Contains("SKIP_AUTH_URLS", StringComparison.Ordinal));
    }

    [Fact]
    public void Environment_of_kubeflow_1_6_gives_the_legacy_profile()
    {
        var options = SettingsReader.Read(Variables(
            "OIDC_PROVIDER=http://dex.auth.svc.cluster.local:5556/dex", "OIDC_AUTH_URL=/dex/auth", "OIDC_SCOPES=profile email groups", "REDIRECT_URL=/login/oidc",
            "SKIP_AUTH_URI=/dex /info", "USERID_HEADER=kubeflow-userid", "USERID_PREFIX=", "USERID_CLAIM=email", "PORT=\"8080\"",
            "STORE_PATH=/var/lib/authservice/data.db", "CLIENT_ID=kubeflow-oidc-authservice", "CLIENT_SECRET=s"), []).Options!;

        Assert.True(options.Access.LegacyProfile);
        Assert.Equal(["/dex", "/info"], options.Access.SkipAuthPaths);
        Assert.Equal("X-Auth-Token", options.Access.AuthHeader);
        Assert.Equal("/login/oidc", options.Urls.CallbackPath);
        Assert.Null(options.Urls.PostLogoutRedirectUri);
    }

    [Fact]
    public void Service_links_of_kubernetes_are_ignored_silently()
    {
        var result = ReadEnvironment(["AUTHSERVICE_PORT=tcp://10.0.0.1:8080", "AUTHSERVICE_SERVICE_PORT=8080"]);

        Assert.Equal(8080, result.Options!.Server.Port);
        Assert.DoesNotContain(result.Warnings, warning => warning.Contains("AUTHSERVICE_", StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_are_never_printed()
    {
        var result = ReadEnvironment(["SESSION_SECRET=0123456789012345678901234567890123456789", "HTTPS_PROXY=user:hunter2@proxy:3128", "EXTERNAL_AUTHZ_URL=http://u:hunter2@authz/x"]);

        var printed = string.Join('\n', [.. result.Warnings, .. result.Effective]);
        Assert.Contains("CLIENT_SECRET=***", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-of-the-seed", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("01234567890123", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user@domain\\.com$", "internal", "user@domain.com", "internal")]
    [InlineData("@example\\.com$", "", "alice@example.com", "alice")]
    [InlineData("^(?P<name>[[:alpha:]]+)@.*$", "${name}_x", "ann@b", "ann_x")]
    [InlineData("^(\\pL+)@(.*)$", "$2-$1", "jürgen@b", "b-jürgen")]
    [InlineData("(a)", "$1x", "a", "")]
    public void Go_pattern_and_template_mean_the_same_here(string pattern, string template, string input, string expected)
    {
        var rule = AuthGateway.Configuration.GoRegex.Re2Translator.Translate(pattern, template);

        Assert.Equal(expected, rule.Pattern.Replace(input, rule.Replacement));
    }

    [Fact]
    public void Settings_page_is_the_catalogue()
    {
        Assert.Equal(AuthGateway.Cli.SettingsCommand.Markdown(), Repository.Read("docs/settings.md"));
    }

    private static SettingsResult ReadEnvironment(string[] changes) => SettingsReader.Read(Variables([.. Seed, .. changes]), []);

    private static Dictionary<string, string> Variables(params string[] lines)
    {
        var variables = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            variables[line[..line.IndexOf('=', StringComparison.Ordinal)]] = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        return variables;
    }
}
