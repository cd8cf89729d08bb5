using AuthGateway.Configuration;

namespace AuthGateway.Tests.Configuration;

public class EnvFileTests
{
    private static readonly Dictionary<string, string> Surroundings = new() { ["FROM_OUTSIDE"] = "outside" };

    [Theory]
    [InlineData("\uFEFFA=1", "A", "1")]
    [InlineData("A=1\r\nB=2\r\n", "B", "2")]
    [InlineData("# A=0\n\n  A=1  ", "A", "1")]
    [InlineData("A=\"8080\"", "A", "8080")]
    [InlineData("A='8080'", "A", "8080")]
    [InlineData("A=\"half", "A", "\"half")]
    [InlineData("A=b=c#d", "A", "b=c#d")]
    [InlineData("export A=1", "A", "1")]
    [InlineData("A=", "A", "")]
    [InlineData("FROM_OUTSIDE", "FROM_OUTSIDE", "outside")]
    [InlineData("A=1\nA=2", "A", "2")]
    public void Line_is_read(string text, string key, string value) => Assert.Equal(value, Parse(text).Values[key]);

    [Theory]
    [InlineData("A=1\n\nUSERID_CLAIM", "x.env:3: USERID_CLAIM has no value here")]
    [InlineData("A=1\nhunter2", "x.env:2: not a KEY=VALUE line")]
    [InlineData("A=\"hunter2", "x.env:1: A begins with a quote that does not end on this line")]
    [InlineData("A=1\nA=2", "x.env:2: A is set twice")]
    [InlineData("\uFEFF# c\n=hunter2", "x.env:2: not a KEY=VALUE line")]
    [InlineData("A B=hunter2", "x.env:1: not a KEY=VALUE line")]
    public void Unusable_line_is_named_by_its_number_and_never_shown(string text, string warning)
    {
        var file = Parse(text);

        Assert.StartsWith(warning, Assert.Single(file.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", file.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Later_file_wins_and_the_environment_wins_over_files()
    {
        var first = EnvFile.Parse("1", "CLIENT_NAME=first\nTHEME=first\nUSERID_PREFIX=first", Surroundings);
        var second = EnvFile.Parse("2", "CLIENT_NAME=second\nTHEME=second", Surroundings);

        var options = SettingsReader.Read(KubeflowEnvironments.Of("1.8", "THEME=real", "USERID_PREFIX=\"\""), [first, second]).Options!;

        Assert.Equal("second", options.Pages.ClientName);
        Assert.Equal("real", options.Pages.Theme);
        Assert.Equal("", options.Identity.UserIdPrefix);
    }

    private static EnvFile Parse(string text) => EnvFile.Parse("x.env", text, Surroundings);
}
