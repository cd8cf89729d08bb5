using System.Text.RegularExpressions;
using AuthGateway.Sessions;
using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Every value in docs/migration-from-oauth2-proxy.md: taken where the page tells to write it, refused where it says so.</summary>
public sealed class Oauth2ProxyValueTests
{
    [Fact]
    public void Every_value_that_the_page_tells_to_write_is_accepted()
    {
        var settings = Regex.Matches(Oauth2ProxyPage.Text, "`([A-Z][A-Z_]{3,}=[^`]+)`").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(settings.Count > 30);
        Assert.All(settings, setting => Assert.Empty(KubeflowEnvironments.Read("1.8", setting).Errors));
        Assert.Equal(TimeSpan.FromHours(168), KubeflowEnvironments.Read("1.8", "SESSION_MAX_AGE=168h0m0s").Options!.Session.MaxAge);
    }

    [Theory]
    [InlineData("SESSION_MAX_AGE=0")]
    [InlineData("ALLOWED_IDENTITIES=domain:example.com")]
    [InlineData("SKIP_AUTH_URLS=^/static/")]
    [InlineData("SKIP_AUTH_URLS=GET=^/healthz$")]
    [InlineData("UPSTREAM_URL=file:///var/www")]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis://redis.auth:6379", "SESSION_STORE_TYPE=redis")]
    [InlineData("SESSION_SECRET=0123456789abcdef")]
    public void Value_that_the_page_calls_refused_is_refused(string setting, params string[] others) =>
        Assert.Contains(KubeflowEnvironments.Read("1.8", [setting, .. others]).Errors, line => line.StartsWith(setting.Split('=')[0] + ": ", StringComparison.Ordinal));

    [Fact]
    public void Every_variable_of_the_example_before_has_its_row()
    {
        var options = Oauth2ProxyPage.Block("oauth2-proxy.env").Keys.Select(name => name["OAUTH2_PROXY_".Length..].ToLowerInvariant().Replace('_', '-')).ToList();

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Matches($@"\n\| [^|]*`{Regex.Escape(option)}[`=]|\n\| [^|]*`{Regex.Escape(option.TrimEnd('s'))}[`=]", Oauth2ProxyPage.Text));
    }
}
