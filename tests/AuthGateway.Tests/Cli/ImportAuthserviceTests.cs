using AuthGateway.Cli;
using AuthGateway.Configuration;

namespace AuthGateway.Tests.Cli;

/// <summary><c>auth-gateway import oidc-authservice</c>: what it prints means what the files mean.</summary>
public sealed class ImportAuthserviceTests : IDisposable
{
    private const string Client = "OIDC_PROVIDER=https://idp.example.com\nCLIENT_ID=apps\nPUBLIC_URL=https://apps.example.com\n";
    private static readonly string Environments = Path.Combine(Repository.Root, "tests/AuthGateway.Tests/Compatibility/Environments");
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Environments, "*.env").Select(file => Path.GetFileName(file)!)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Imported_settings_mean_the_same(string file)
    {
        var path = Path.Combine(Environments, file);
        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), "import", "oidc-authservice", "--show-secrets", path);

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        ExpectSame(File.ReadAllText(path), run.Output);
        Assert.Equal(file.StartsWith("kubeflow-1.0", StringComparison.Ordinal) || file is "kubeflow-1.2.env" or "kubeflow-1.6.env", run.Output.Contains("\nSKIP_AUTH_URI=/dex\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CLIENT_SECRET=s\nREDIRECT_URL=/login/oidc\nSTATIC_DESTINATION_URL=/start\n")]
    [InlineData("CLIENT_SECRET=s\nREDIRECT_URL=/login/oidc\nAUTHSERVICE_URL_PREFIX=\n")]
    [InlineData("CLIENT_SECRET=s\nSKIP_AUTH_URI=/dex\nSKIP_AUTH_URLS=\n")]
    [InlineData("CLIENT_SECRET=s\nPORT=8443\nhttps_proxy=http://proxy:3128\n")]
    public async Task Other_settings_too(string settings)
    {
        var run = await RunAsync(Client + settings, "--show-secrets");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        ExpectSame(Client + settings, run.Output);
    }

    [Fact]
    public async Task Port_of_a_service_link_is_left_out_as_it_is_not_read()
    {
        var run = await RunAsync(Client + "CLIENT_SECRET=s\nPORT=tcp://10.0.0.1:8080\n");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.Contains("#   PORT: not a number, ignored", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\nSERVER_PORT=", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_names_of_the_other_machine_do_not_end_the_start()
    {
        var run = await RunAsync(Client + "CA_BUNDLE=/absent/ca.pem\nCLIENT_SECRET_FILE=/absent/secret\nSERVER_HOSTNAME=absent.invalid\nKUBECONFIG=/absent/config\nSESSION_STORE_TYPE=redis\nSESSION_STORE_REDIS_PWD_FILE=/absent/pwd\nSESSION_SECRET_FILE=/absent/session\n");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.DoesNotContain("THE GATEWAY WOULD NOT START", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no file", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("***", run.Output, StringComparison.Ordinal);
        foreach (var line in new[] { "CA_BUNDLE=/absent/ca.pem", "CLIENT_SECRET_FILE=/absent/secret", "SERVER_HOSTNAME=absent.invalid", "SESSION_STORE_REDIS_PWD_FILE=/absent/pwd" })
        {
            Assert.Contains($"\n{line}\n", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("SESSION_MAX_AGE=never", "SESSION_MAX_AGE: 'never'")]
    [InlineData("SKIP_AUTH_URI=/dex\nSTATIC_DESTINATION_URL=ftp://x", "AFTER_LOGIN_URL: ")]
    public async Task Value_that_ends_the_start_is_still_named(string setting, string problem)
    {
        var run = await RunAsync(Client + "CLIENT_SECRET=s\n" + setting + "\n");

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("THE GATEWAY WOULD NOT START:\n#   " + problem, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "http://gw:hunter2@proxy:3128")]
    [InlineData("HTTP_PROXY", "gw:hunter2@proxy:3128")]
    [InlineData("EXTERNAL_AUTHZ_URL", "http://gw:hunter2@authz.example.com/check")]
    [InlineData("SESSION_STORE_REDIS_ADDR", "redis:6379,password=hunter2")]
    [InlineData("CLIENT_SECRET", "hunter2")]
    public async Task Value_with_a_password_is_whole_or_a_comment(string name, string value)
    {
        var settings = Client + $"{name}={value}\n";
        var hidden = await RunAsync(settings);
        var shown = await RunAsync(settings, "--show-secrets");

        Assert.Contains($"\n# {name}=***  (--show-secrets prints it)\n", hidden.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", hidden.Output + hidden.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^[^#\n]*\*\*\*", hidden.Output);
        Assert.Contains($"\n{name}={value}\n", shown.Output, StringComparison.Ordinal);
    }

    private static void ExpectSame(string before, string imported)
    {
        var (expected, result) = (Read(before), Read(imported));
        Assert.Equal(expected.Errors, result.Errors);
        Assert.Equal(expected.Effective, result.Effective);
        Assert.Equal(expected.Options?.Urls, result.Options?.Urls);
        Assert.Equal(expected.Options?.Access.LegacyProfile, result.Options?.Access.LegacyProfile);
        Assert.Equal(expected.Options?.Access.SkipAuthPaths, result.Options?.Access.SkipAuthPaths);
        Assert.Equal(expected.Options?.Provider.ClientSecrets.Current, result.Options?.Provider.ClientSecrets.Current);
    }

    private static SettingsResult Read(string text) => SettingsReader.Read(
        new Dictionary<string, string>(), [EnvFile.Parse("x.env", text, new Dictionary<string, string>())]);

    private Task<CommandRun> RunAsync(string text, params string[] words) =>
        CommandRun.OfAsync(new Dictionary<string, string>(), ["import", "oidc-authservice", _folder.Write("x.env", text), .. words]);
}
