using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Compatibility;

/// <summary>docs/migration-from-oauth2-proxy.md, as the tests read it.</summary>
internal static class Oauth2ProxyPage
{
    public static string Text { get; } = Repository.Read("docs/migration-from-oauth2-proxy.md");

    /// <summary>The fenced block whose first line is <c># name</c>, read as the env file that it is.</summary>
    public static Dictionary<string, string> Block(string name)
    {
        var text = Regex.Match(Text.ReplaceLineEndings("\n"), $"^```sh\n# {Regex.Escape(name)}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        var file = EnvFile.Parse(name, text, new Dictionary<string, string>());

        Assert.NotEmpty(file.Values);
        Assert.Empty(file.Warnings);
        return new Dictionary<string, string>(file.Values);
    }
}
