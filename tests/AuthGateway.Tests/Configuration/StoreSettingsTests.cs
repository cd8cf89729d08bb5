using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Configuration;

/// <summary>Settings of the session store that cannot work, do nothing, or protect less than they seem to.</summary>
public sealed class StoreSettingsTests
{
    [Theory]
    [InlineData(":memory:")]
    [InlineData(":MEMORY:")]
    [InlineData("file:sessions?mode=memory&cache=shared")]
    [InlineData("file:/var/lib/data.db")]
    public void Name_that_is_no_path_is_refused_by_name(string path)
    {
        var result = Read("SESSION_STORE_PATH=" + path);

        Assert.Null(result.Options);
        var error = Assert.Single(result.Errors);
        Assert.StartsWith($"SESSION_STORE_PATH: '{path}'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis:6379")]
    [InlineData("SESSION_STORE_REDIS=redis:6379,password=hunter2")]
    [InlineData("SESSION_STORE_REDIS_PWD=hunter2")]
    [InlineData("SESSION_STORE_REDIS_PWD_FILE=/run/secrets/password")]
    [InlineData("SESSION_STORE_REDIS_DB=1")]
    [InlineData("SESSION_STORE_REDIS_PREFIX=x:")]
    public void Redis_without_its_type_is_named(string setting)
    {
        var name = setting[..setting.IndexOf('=', StringComparison.Ordinal)].Replace("_FILE", "", StringComparison.Ordinal);

        var warning = Assert.Single(Read(setting).Warnings, line => line.StartsWith(name + ":", StringComparison.Ordinal));

        Assert.Contains("SESSION_STORE_TYPE=redis", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Read("SESSION_STORE_TYPE=redis", setting).Warnings, line => line.Contains("no effect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok", "published")]
    [InlineData("ZXhhbXBsZS1hcHAtc2VjcmV0", "published")]
    [InlineData("change-me", "found by trying")]
    [InlineData("s", "found by trying")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "found by trying")]
    [InlineData("0123456789abcdef", null)]
    [InlineData("b2f0c1d8-9a7e-4c35-8d11-6f5e2a90c7b4", null)]
    public void Client_secret_that_alone_protects_redis_is_judged(string secret, string? why)
    {
        var warnings = Read("SESSION_STORE_TYPE=redis", "CLIENT_SECRET=" + secret).Warnings.Where(line => line.StartsWith("SESSION_SECRET:", StringComparison.Ordinal)).ToList();

        Assert.Equal(why is not null, warnings.Count == 1);
        Assert.All(warnings, warning => Assert.Contains(why!, warning, StringComparison.Ordinal));
        Assert.All(warnings, warning => Assert.DoesNotContain($" {secret} ", warning, StringComparison.Ordinal));
        Assert.DoesNotContain(Read("CLIENT_SECRET=" + secret).Warnings, line => line.StartsWith("SESSION_SECRET:", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Read("SESSION_STORE_TYPE=redis", "CLIENT_SECRET=" + secret, "SESSION_SECRET=" + new string('x', 40)).Warnings, line => line.StartsWith("SESSION_SECRET:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(900, "SESSION_STORE_TYPE=redis")]
    [InlineData(0, "SESSION_STORE_TYPE=sqlite")]
    [InlineData(60, "SESSION_STORE_TYPE=sqlite", "SESSION_STORE_MAX_SILENCE=60")]
    [InlineData(3600, "SESSION_STORE_TYPE=redis", "SESSION_STORE_MAX_SILENCE=1h")]
    [InlineData(0, "SESSION_STORE_TYPE=redis", "SESSION_STORE_MAX_SILENCE=off")]
    public void Silence_of_the_store_has_a_bound(int seconds, params string[] settings) =>
        Assert.Equal(seconds == 0 ? null : TimeSpan.FromSeconds(seconds), Read(settings).Options!.Session.MaxStoreSilence);

    private static SettingsResult Read(params string[] changes) => SettingsReader.Read(KubeflowEnvironments.Of("1.8", ["PUBLIC_URL=https://gw.example.test", .. changes]), []);
}
