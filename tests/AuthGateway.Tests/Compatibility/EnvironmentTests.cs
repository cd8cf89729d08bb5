using AuthGateway.Cli;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using AuthGateway.Tests.Cli;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Every environment that Kubeflow or the seed article shipped, byte for byte: it starts, people log in, and what is dead or doubtful is named.</summary>
public class EnvironmentTests
{
    public static TheoryData<string, string[]> Named => new()
    {
        { "kubeflow-1.0", ["OIDC_PROVIDER", "PORT", "REDIRECT_URL", "STORE_PATH"] },
        { "kubeflow-1.2", ["OIDC_PROVIDER", "PORT", "REDIRECT_URL", "STORE_PATH"] },
        { "kubeflow-1.6", ["OIDC_PROVIDER", "PORT", "REDIRECT_URL", "STORE_PATH"] },
        { "kubeflow-1.7", ["OIDC_PROVIDER", "PORT", "STORE_PATH"] },
        { "kubeflow-1.8", ["OIDC_PROVIDER", "PORT", "STORE_PATH"] },
        { "seed", ["OIDC_PROVIDER", "PORT", "SKIP_AUTH_URLS", "STORE_PATH"] },
    };

    [Theory]
    [MemberData(nameof(Named))]
    public async Task It_starts_unchanged_and_people_log_in(string release, string[] named)
    {
        var unchanged = SettingsReader.Read(StockEnvironment.Of(release), []);
        Assert.Empty(unchanged.Errors);
        Assert.Equal(named, unchanged.Warnings.Select(NameOf).Order(StringComparer.Ordinal));

        await using var stock = await StockKubeflow.StartAsync(release);
        var login = await stock.LogInAsync("/?ns=a");
        var answer = await stock.WithCookieAsync(login.Session, "/pipeline/");

        Assert.Equal((302, "/?ns=a"), (login.Callback.Status, login.Callback.Location));
        Assert.Equal((200, "alice@example.com"), (answer.Status, answer.Header("kubeflow-userid")));
    }

    [Theory]
    [MemberData(nameof(Named))]
    public async Task Check_names_what_is_dead_in_its_file_with_a_next_step(string release, string[] named)
    {
        using var folder = new TempFolder();
        await using var provider = await FakeProvider.StartAsync();
        var path = folder.File("params.env");
        var lines = StockEnvironment.Of(release, "OIDC_PROVIDER=" + provider.Issuer, "CLIENT_SECRET=" + FakeProvider.ClientSecret, "STORE_PATH=" + folder.File("data.db"))
            .Select(pair => $"{pair.Key}={pair.Value}");
        await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), "check", "--env-file", path);

        Assert.Equal((ExitCode.Findings, ""), (run.ExitCode, run.Error));
        // A provider on this machine is no risk.
        Assert.Equal(named.Except(["OIDC_PROVIDER"]), Findings(run)
            .Where(line => line.StartsWith("settings: ", StringComparison.Ordinal) && !line.StartsWith("settings: hint: ", StringComparison.Ordinal))
            .Select(line => NameOf(line["settings: ".Length..])).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(FakeProvider.ClientSecret, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_names_every_key_of_the_old_config_map_with_todays_word_and_no_value()
    {
        var run = await CommandRun.OfAsync(StockEnvironment.Of("kubeflow-1.2"), "check", "--env-file", StockEnvironment.PathOf("kubeflow-1.2-config-map"));

        Assert.All(StockEnvironment.Of("kubeflow-1.2-config-map").Keys, key => Assert.Contains($"settings: {key}: not read", run.Output, StringComparison.Ordinal));
        Assert.Contains("next: Remove application_secret; use CLIENT_SECRET.", run.Output, StringComparison.Ordinal);
        Assert.Contains("next: Remove gatewaySelector.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GROUP_ALLOWLIST=admins", "did you mean GROUPS_ALLOWLIST?", "Rename GROUP_ALLOWLIST to GROUPS_ALLOWLIST.")]
    [InlineData("SKIP_AUTH_URI=/open", "the right name is SKIP_AUTH_URLS", "what is still wanted of it belongs into SKIP_AUTH_URLS")]
    [InlineData("OIDC_STATE_STORE_PATH=/var/lib/authservice/oidc_state.db", "login states are sealed, not stored", "Remove OIDC_STATE_STORE_PATH.")]
    [InlineData("TRUSTED_PROXIES=0.0.0.0/0", "BELIEVES EVERYBODY", "TRUSTED_PROXIES")]
    [InlineData("GROUPS_ALLOWLIST=", "means everybody here", "GROUPS_ALLOWLIST")]
    [InlineData("SESSION_COOKIE_HTTPONLY=false", "can read the session", "SESSION_COOKIE_HTTPONLY")]
    [InlineData("SESSION_COOKIE_DOMAIN=example.com", "every host below example.com", "SESSION_COOKIE_DOMAIN")]
    public async Task Check_names_a_misspelt_dead_or_risky_key(string line, string problem, string next)
    {
        using var folder = new TempFolder();
        var path = folder.File("params.env");
        await File.WriteAllLinesAsync(path, [.. await File.ReadAllLinesAsync(StockEnvironment.PathOf("kubeflow-1.8"), TestContext.Current.CancellationToken), line, "OIDC_PROVIDER=http://127.0.0.1:1", "STORE_PATH=" + folder.File("data.db")], TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), "check", "--env-file", path);

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        var finding = Assert.Single(Findings(run), found => found.StartsWith("settings: " + line.Split('=')[0] + ":", StringComparison.Ordinal));
        Assert.Contains(problem, finding, StringComparison.Ordinal);
        Assert.Contains(next, finding.Split("next: ")[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUBLIC_URL=https://kf.example.com", "SESSION_COOKIE_SECURE=false", "SESSION_COOKIE_SECURE")]
    [InlineData("OIDC_PROVIDER=http://idp.example.com/", "CLIENT_NAME=x", "OIDC_PROVIDER")]
    public void Value_that_gives_something_away_is_named_at_start(string first, string second, string name) =>
        Assert.Contains(SettingsReader.Read(StockEnvironment.Of("kubeflow-1.8", first, second), []).Warnings, warning => NameOf(warning) == name);

    /// <summary>Each finding with its next step behind it.</summary>
    private static IReadOnlyList<string> Findings(CommandRun run) => run.Output.Replace("\n  next: ", " next: ", StringComparison.Ordinal).Split('\n');

    private static string NameOf(string warning) => warning.Split(':')[0];
}
