using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;
using AuthGateway.Tests.Compatibility;

namespace AuthGateway.Tests.Configuration;

public class KubeflowEnvironmentTests
{
    [Theory]
    [InlineData("1.0", true)]
    [InlineData("1.2", true)]
    [InlineData("1.6", true)]
    [InlineData("1.7", false)]
    [InlineData("1.8", false)]
    [InlineData("seed", false)]
    public void Every_release_starts_and_hears_about_its_old_keys(string release, bool isLegacy)
    {
        var result = KubeflowEnvironments.Read(release);

        Assert.Empty(result.Errors);
        Assert.Equal(isLegacy, result.Options!.Access.LegacyProfile);
        Assert.Equal(8080, result.Options.Server.Port);
        Assert.Equal("/var/lib/authservice/data.db", result.Options.Session.StorePath);
        Assert.Equal("kubeflow-userid", result.Options.Identity.UserIdHeader);
        Assert.Equal("email", result.Options.Identity.UserIdClaim);
        Assert.Equal(isLegacy, result.Warnings.Any(warning => warning.Contains("/login/oidc, GET /logout and X-Auth-Token work", StringComparison.Ordinal)));
        Assert.All(["PORT", "STORE_PATH"], key => Assert.Contains(result.Warnings, warning => warning.StartsWith(key + ":", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1.0", "/login/oidc", "/login/oidc")]
    [InlineData("1.2", "/login/oidc", "https://kf.example.com/login/oidc")]
    [InlineData("1.6", "/login/oidc", "/login/oidc")]
    [InlineData("1.7", "/authservice/oidc/callback", "/authservice/oidc/callback")]
    [InlineData("1.8", "/authservice/oidc/callback", "/authservice/oidc/callback")]
    [InlineData("seed", "/authservice/oidc/callback", "http://localhost:8989/authservice/oidc/callback")]
    public void Callback_is_the_one_that_the_provider_knows(string release, string path, string told)
    {
        var urls = KubeflowEnvironments.Read(release).Options!.Urls;

        Assert.Equal(path, urls.CallbackPath);
        Assert.Equal(told, urls.RedirectUri);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.2")]
    [InlineData("1.6")]
    [InlineData("1.7")]
    [InlineData("1.8")]
    public void Stock_releases_open_dex_alone_and_ask_their_scopes(string release)
    {
        var options = KubeflowEnvironments.Read(release).Options!;

        Assert.Equal(["/dex"], options.Access.SkipAuthPaths);
        Assert.Equal(["openid", "profile", "email", "groups"], options.Provider.Scopes);
        Assert.Equal("/dex/auth", options.Provider.Endpoints.Authorization);
    }

    [Fact]
    public void Each_dead_key_of_the_old_config_map_is_named_without_its_value()
    {
        var map = EnvFile.Load(StockEnvironment.PathOf("kubeflow-1.2-config-map"));

        var result = SettingsReader.Read(KubeflowEnvironments.Of("1.0"), [map]);

        Assert.Empty(result.Errors);
        Assert.All(map.Values.Keys, key => Assert.Contains(result.Warnings, warning => warning.StartsWith(key + ": not read", StringComparison.Ordinal)));
        Assert.DoesNotContain("hunter2", string.Join('\n', [.. result.Warnings, .. result.Effective]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DISABLE_USERINFO")]
    [InlineData("SELF_URL")]
    [InlineData("ENABLED_AUTHENTICATORS")]
    [InlineData("SCHEME_DEFAULT")]
    [InlineData("SCHEME_HEADER")]
    [InlineData("TOKEN_HEADER")]
    [InlineData("TOKEN_SCHEME")]
    [InlineData("AUTHZ_CONFIG_PATH")]
    [InlineData("OIDC_PROVIDER_CA_FILE")]
    [InlineData("SESSION_DOMAIN")]
    [InlineData("SESSION_HTTP_ONLY")]
    [InlineData("SESSION_SECURE")]
    [InlineData("OIDC_STATE_STORE_PATH")]
    [InlineData("JWT_AUTHN_ENABLED")]
    [InlineData("TEMPLATE_PATH")]
    [InlineData("TEMPLATE_CONTEXT_Logo")]
    public void Name_of_a_fork_or_an_old_generation_is_named(string key)
    {
        var result = KubeflowEnvironments.Read("1.8", key + "=");

        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, warning => warning.StartsWith(key + ":", StringComparison.Ordinal));
    }
}
