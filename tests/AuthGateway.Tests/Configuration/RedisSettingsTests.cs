using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Configuration;

public sealed class RedisSettingsTests
{
    [Fact]
    public void Old_names_of_the_replaced_service_are_read()
    {
        var redis = Read("SESSION_STORE_REDIS_ADDR=redis.cache:6380", "SESSION_STORE_REDIS_PWD=hunter2", "SESSION_STORE_REDIS_DB=3").Options!.Session.Redis!;

        Assert.Equal("redis.cache:6380", Assert.Single(redis.Configuration.Current));
        Assert.Equal("hunter2", Assert.Single(redis.Password.Current));
        Assert.Equal(3, redis.Database);
        Assert.Equal("authgateway:", redis.Prefix);
        Assert.DoesNotContain("hunter2", redis.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_configuration_string_wins_over_the_address()
    {
        var result = Read("SESSION_STORE_REDIS_ADDR=a:1", "SESSION_STORE_REDIS=s1:26379,s2:26379,serviceName=main,user=gw,password=hunter2,ssl=true", "SESSION_STORE_REDIS_PREFIX=x:");

        Assert.StartsWith("s1:26379", Assert.Single(result.Options!.Session.Redis!.Configuration.Current), StringComparison.Ordinal);
        Assert.Equal("x:", result.Options.Session.Redis.Prefix);
        Assert.Contains(result.Warnings, warning => warning.StartsWith("SESSION_STORE_REDIS_ADDR:", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", string.Join('\n', result.Effective), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SESSION_STORE_REDIS_DB=main", "SESSION_STORE_REDIS_DB")]
    [InlineData("SESSION_STORE_REDIS=localhost:6379,passwort=hunter2", "SESSION_STORE_REDIS")]
    [InlineData("SESSION_STORE_REDIS=password=hunter2", "SESSION_STORE_REDIS")]
    [InlineData("SESSION_STORE_REDIS=rediss://gw:hunter2@redis.cache:6380/0", "SESSION_STORE_REDIS")]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis://redis.cache:6379", "SESSION_STORE_REDIS_ADDR")]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis.cache:6379,password=hunter2,ssl=true", "SESSION_STORE_REDIS_ADDR")]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis.cache:6379,ssl=true", "SESSION_STORE_REDIS_ADDR")]
    [InlineData("SESSION_STORE_REDIS_ADDR=gw:hunter2@redis.cache:6379", "SESSION_STORE_REDIS_ADDR")]
    [InlineData("SESSION_STORE_REDIS=gw:hunter2@redis.cache:6379", "SESSION_STORE_REDIS")]
    [InlineData("CLIENT_SECRET=", "SESSION_SECRET")]
    public void Broken_value_is_refused_by_its_name_without_the_password(string change, string name)
    {
        var result = Read(change, "CLIENT_AUTH_METHOD=none");

        Assert.Null(result.Options);
        Assert.Contains(result.Errors, error => error.StartsWith(name + ":", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", string.Join('\n', [.. result.Errors, .. result.Warnings, .. result.Effective]), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_in_the_address_are_refused_with_the_settings_that_take_them()
    {
        var errors = Read("SESSION_STORE_REDIS_ADDR=redis.cache:6379,password=hunter2", "SESSION_STORE_REDIS=redis.cache:6379").Errors;

        Assert.Equal(["SESSION_STORE_REDIS_ADDR: is no address; write host:port here and the password in SESSION_STORE_REDIS_PWD, or all of it in SESSION_STORE_REDIS, which is never printed"], errors);
    }

    [Fact]
    public void Password_in_the_address_is_not_printed_where_the_address_is_not_used_either()
    {
        var result = Read("SESSION_STORE_TYPE=sqlite", "SESSION_STORE_REDIS_ADDR=redis.cache:6379,password=hunter2");

        Assert.Contains("SESSION_STORE_REDIS_ADDR=***", result.Effective);
        Assert.DoesNotContain("hunter2", string.Join('\n', [.. result.Errors, .. result.Warnings]), StringComparison.Ordinal);
    }

    [Fact]
    public void Public_client_with_a_secret_of_its_own_is_fine() =>
        Assert.NotNull(Read("CLIENT_SECRET=", "CLIENT_AUTH_METHOD=none", "SESSION_SECRET=" + new string('s', 40)).Options);

    [Fact]
    public void Redis_settings_are_not_looked_at_with_sqlite() =>
        Assert.Null(Read("SESSION_STORE_TYPE=sqlite", "SESSION_STORE_REDIS_DB=main").Options!.Session.Redis);

    private static SettingsResult Read(params string[] changes)
    {
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = "https://provider.example.test",
            ["CLIENT_ID"] = "client",
            ["CLIENT_SECRET"] = "secret",
            ["SESSION_STORE_TYPE"] = "redis",
            ["PUBLIC_URL"] = "https://gw.example.test",
            ["UPSTREAM_URL"] = "http://127.0.0.1:9/",
        };
        foreach (var change in changes)
        {
            environment[change[..change.IndexOf('=', StringComparison.Ordinal)]] = change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        return SettingsReader.Read(environment, []);
    }
}
