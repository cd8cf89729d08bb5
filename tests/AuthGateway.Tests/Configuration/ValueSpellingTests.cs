using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

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
    [InlineData("1_000", 1000.0)]
    [InlineData("+1000", 1000.0)]
    [InlineData("0o17", 15.0)]
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

    /// <summary>As strconv.ParseInt(text, 0, 64) documents it.</summary>
    [Theory]
    [InlineData("8080", 8080L)]
    [InlineData("+1000", 1000L)]
    [InlineData("-7", -7L)]
    [InlineData("1_000", 1000L)]
    [InlineData("0x5601", 22017L)]
    [InlineData("0X_ff", 255L)]
    [InlineData("0o17", 15L)]
    [InlineData("0O17", 15L)]
    [InlineData("017", 15L)]
    [InlineData("0_17", 15L)]
    [InlineData("0b101", 5L)]
    [InlineData("-0b1", -1L)]
    [InlineData("0", 0L)]
    [InlineData("00", 0L)]
    [InlineData("9223372036854775807", 9223372036854775807L)]
    [InlineData("9223372036854775808", null)]
    [InlineData("08", null)]
    [InlineData("0o8", null)]
    [InlineData("0b2", null)]
    [InlineData("1__0", null)]
    [InlineData("_1", null)]
    [InlineData("1_", null)]
    [InlineData("0x", null)]
    [InlineData("0x_", null)]
    [InlineData("+", null)]
    [InlineData("+-1", null)]
    [InlineData("", null)]
    [InlineData(" 1", null)]
    [InlineData("1.5", null)]
    [InlineData("1e3", null)]
    [InlineData("ff", null)]
    public void Number_is_read_as_go_reads_it(string text, long? expected) => Assert.Equal(expected, GoNumber.Parse(text));

    [Theory]
    [InlineData("0x5601", 0x5601)]
    [InlineData("1_000", 1000)]
    [InlineData("+1000", 1000)]
    [InlineData("0o17", 15)]
    [InlineData("010", 8)]
    public void Every_numeric_setting_has_the_same_spellings(string text, int number)
    {
        var result = KubeflowEnvironments.Read(
            "1.8", "SERVER_PORT=" + text, "SESSION_MAX_AGE=" + text, "CACHE_ENABLED=true", "CACHE_EXPIRATION_MINUTES=" + text, "SESSION_STORE_TYPE=redis", "SESSION_STORE_REDIS_DB=" + text);

        Assert.Empty(result.Errors);
        Assert.Equal(number, result.Options!.Server.Port);
        Assert.Equal(TimeSpan.FromSeconds(number), result.Options.Session.MaxAge);
        Assert.Equal(TimeSpan.FromMinutes(number), result.Options.Access.CacheExpiration);
        Assert.Equal(number, result.Options.Session.Redis!.Database);
        Assert.Equal(text == "010", result.Warnings.Contains("SERVER_PORT: '010' begins with 0 and is octal, as in the replaced service: 8"));
    }

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
