using System.Text;
using AuthGateway.Access;
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

    [Theory]
    [InlineData("CLIENT_NAME=Z\u00fcrich\nCLIENT_SECRET=hunt\u00e9r2\nTHEME=x", ":1:", ":2:")]
    [InlineData("THEME=x\r\n  CLIENT_SECRET=hunt\u00e9r2", ":2:")]
    [InlineData("CLIENT_\u00c4=hunt", ":1:")]
    [InlineData("# Z\u00fcrich\n  # caf\u00e9\nTHEME=x")]
    [InlineData("THEME=x\n")]
    public void Bytes_that_are_not_utf8_are_refused_by_file_and_line_without_a_value(string latin1, params string[] lines)
    {
        using var folder = new TempFolder();
        var path = folder.File("x.env");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(latin1));

        var result = SettingsReader.Read(KubeflowEnvironments.Of("1.8"), [EnvFile.Load(path)]);

        Assert.Equal(lines.Select(line => path + line + " holds bytes that are not UTF-8; save the file as UTF-8"), result.Errors);
        Assert.DoesNotContain("hunt", string.Join('\n', [.. result.Errors, .. result.Warnings]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Letters_of_a_file_with_a_byte_order_mark_are_kept(string encoding)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("x.env"), "CLIENT_NAME=Z\u00fcrich\n", Encoding.GetEncoding(encoding));

        var file = EnvFile.Load(folder.File("x.env"));

        Assert.Equal("Z\u00fcrich", file.Values["CLIENT_NAME"]);
        Assert.Empty(file.Errors);
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
