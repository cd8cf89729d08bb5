using AuthGateway.Configuration.Catalogue;
using AuthGateway.Limits;
using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Limits;

/// <summary>docs/limits.md is the code's own table.</summary>
public class LimitTableTests
{
    [Fact]
    public void Page_is_what_the_code_says() => Assert.Equal(LimitTable.Markdown(), Repository.Read("docs/limits.md"));

    [Fact]
    public void Every_limit_names_a_setting_of_the_catalogue() =>
        Assert.All(LimitTable.All, limit => Assert.True(SettingCatalogue.Knows(limit.Setting), limit.Setting));

    [Fact]
    public void Every_limit_names_a_test_class_that_exists() =>
        Assert.All(LimitTable.All, limit => Assert.Contains(limit.Test, typeof(LimitTableTests).Assembly.GetTypes().Select(type => type.Name)));

    [Fact]
    public void Every_setting_of_limits_stands_in_the_table() =>
        Assert.All(LimitSettings.All, setting => Assert.Contains(setting.Name, LimitTable.All.Select(limit => limit.Setting)));
}
