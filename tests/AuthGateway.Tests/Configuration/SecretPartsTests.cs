using AuthGateway.Configuration;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Tests.Configuration;

/// <summary>No setting is printed with the password of an address in it, of whatever type it is.</summary>
public class SecretPartsTests
{
    [Theory]
    [InlineData("http://gw:hunter2@host.example.test:3128/x", "http://***@host.example.test:3128/x")]
    [InlineData("http://gw:hun@ter2@host.example.test/", "http://***@host.example.test/")]
    [InlineData("http://gw:hunter2@host.example.test/a@b", "http://***@host.example.test/a@b")]
    public void Password_of_an_address_is_masked_in_every_setting(string value, string printed)
    {
        foreach (var setting in SettingCatalogue.All.Where(setting => setting is { State: SettingState.Active, IsSecret: false }))
        {
            var result = SettingsReader.Read(KubeflowEnvironments.Of("1.8", $"{setting.Name}={value}"), []);

            Assert.Contains($"{setting.Name}={(setting.Name == "SESSION_STORE_REDIS_ADDR" ? "***" : printed)}", result.Effective);
            if (setting.Type != SettingType.File)
            {
                Assert.DoesNotContain("ter2", string.Join('\n', [.. result.Errors, .. result.Warnings, .. result.Notes]), StringComparison.Ordinal);
            }

            Assert.True(SecretParts.IsIn(setting.Name, value));
        }
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "http://gw:hunter/2@proxy:3128", "http://***@proxy:3128")]
    [InlineData("HTTPS_PROXY", "http://gw:hunter#2@proxy:3128", "http://***@proxy:3128")]
    [InlineData("HTTPS_PROXY", "gw:hunter2@proxy:3128", "***")]
    [InlineData("SESSION_STORE_REDIS_ADDR", "redis:6379,password=hunter2", "***")]
    [InlineData("CLIENT_SECRET", "hunter2", "***")]
    [InlineData("NO_PROXY", "http://a:hunter2@b,http://c:hunter2@d", "http://***@b,http://***@d")]
    public void Password_is_masked(string name, string value, string printed) =>
        Assert.Equal(printed, SecretParts.Mask(SettingCatalogue.Get(name), value));

    [Theory]
    [InlineData("SESSION_STORE_REDIS_ADDR", "redis-0:6379,redis-1:6379")]
    [InlineData("REDIRECT_URL", "https://gw.example.test/a@b")]
    [InlineData("GROUPS_ALLOWLIST", "team@example.test,admins")]
    [InlineData("CLIENT_SECRET_FILE", "/run/secrets/client")]
    public void Other_values_are_printed(string name, string value) => Assert.False(SecretParts.IsIn(name, value));
}
