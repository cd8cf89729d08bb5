using AuthGateway.Configuration.Reading;

namespace AuthGateway.Tests.Configuration;

public class ValueSpellingTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("on", true)]
    [InlineData("Yes", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("F", false)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("maybe", null)]
    [InlineData("2", null)]
    [InlineData("", null)]
    public void Boolean(string text, bool? expected) => Assert.Equal(expected, Literals.Boolean(text));

    [Theory]
    [InlineData("86400", 86400.0)]
    [InlineData("15m", 900.0)]
    [InlineData("0x10", 16.0)]
    [InlineData("0x", null)]
    [InlineData("1h30m", 5400.0)]
    [InlineData("7d", 604800.0)]
    [InlineData("1500ms", 1.5)]
    [InlineData("-1", -1.0)]
    [InlineData("abc", null)]
    [InlineData("5 m", null)]
    [InlineData("15M", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("NaN", null)]
    public void Duration(string text, double? seconds) =>
        Assert.Equal(seconds, Literals.Duration(text, TimeSpan.FromSeconds(1))?.TotalSeconds);

    [Fact]
    public void Values_that_the_replaced_service_took_start_the_gateway()
    {
        var result = KubeflowEnvironments.Read("1.8", "SERVER_PORT=0x1F90", "CACHE_EXPIRATION_MINUTES=0");

        Assert.Empty(result.Errors);
        Assert.Equal(8080, result.Options!.Server.Port);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e3x")]
    public void Time_that_is_not_positive_is_refused_with_its_value(string text) =>
        Assert.Contains($"'{text}'", Assert.Single(KubeflowEnvironments.Read("1.8", "SESSION_MAX_AGE=" + text).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData("profile email")]
    [InlineData("profile,email")]
    [InlineData(" profile , email ,, profile")]
    [InlineData("openid profile email openid")]
    public void List_is_split_on_commas_and_blanks_without_duplicates(string scopes) =>
        Assert.Equal(["openid", "profile", "email"], KubeflowEnvironments.Read("1.8", "OIDC_SCOPES=" + scopes).Options!.Provider.Scopes);

    [Theory]
    [InlineData("SESSION_MAX_AGE=")]
    [InlineData("GROUPS_ALLOWLIST=")]
    [InlineData("SERVER_PORT=")]
    [InlineData("LOG_LEVEL=")]
    [InlineData("USERID_TRANSFORMERS=")]
    [InlineData("AUTHSERVICE_URL_PREFIX=")]
    public void Set_but_empty_means_the_default(string change)
    {
        var options = KubeflowEnvironments.Read("1.8", change).Options!;

        Assert.Equal(TimeSpan.FromDays(1), options.Session.MaxAge);
        Assert.Equal(["*"], options.Access.GroupsAllowlist);
        Assert.Equal(8080, options.Server.Port);
        Assert.Equal("/authservice/", options.Urls.Prefix);
    }
}
