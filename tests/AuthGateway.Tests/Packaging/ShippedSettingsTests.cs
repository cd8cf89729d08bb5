using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Packaging;

public sealed class ShippedSettingsTests
{
    [Theory]
    [InlineData("base")]
    [InlineData("envoy-filter")]
    [InlineData("inline")]
    [InlineData("istio-provider")]
    public void What_the_manifests_put_into_the_environment_is_understood(string part)
    {
        var environment = Values("config/secret_params.env").Concat(Values("config/params.env")).Concat(Literals($"manifests/{part}/kustomization.yaml"))
            .ToDictionary();

        var result = SettingsReader.Read(environment, []);

        Assert.Empty(result.Errors);
        Assert.NotNull(result.Options);
        Assert.Equal(part == "inline", result.Options.Server.IsInline);
    }

    [Fact]
    public void The_shipped_files_are_read_as_env_files_too()
    {
        var files = new[] { "config/params.env", "config/secret_params.env" }.Select(path => EnvFile.Load(Path.Combine(Repository.Root, path))).ToArray();

        var result = SettingsReader.Read(new Dictionary<string, string>(), files);

        Assert.Empty(result.Errors);
        Assert.Equal(8080, result.Options?.Server.Port);
        Assert.Equal("/var/lib/authservice/data.db", result.Options?.Session.StorePath);
    }

    /// <summary>As kustomize hands them over: quotes stay.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Values(string path) => Repository.Read(path).ReplaceLineEndings("\n").Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal))
        .Select(line => KeyValuePair.Create(line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]));

    private static IEnumerable<KeyValuePair<string, string>> Literals(string path) =>
        Regex.Matches(Repository.Read(path), @"^\s+- ([A-Z_]+)=(\S+)$", RegexOptions.Multiline)
            .Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value));
}
