using System.Text.Json;
using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Cli;

/// <summary>Runs <c>check</c> against a scripted provider with a store in a folder of its own.</summary>
public abstract class CheckRun : IAsyncLifetime
{
    private protected TempFolder Folder { get; } = new();

    private protected FakeProvider Provider { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Provider = await FakeProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<IReadOnlyList<CheckFinding>> FindingsAsync(string area, params string[] changes)
    {
        var report = await LookAsync(changes);
        Assert.Equal(ExitCode.Findings, report.ExitCode);
        Assert.All(report.Findings, finding => Assert.NotEmpty(finding.NextStep));
        return [.. report.Findings.Where(finding => finding.Area == area)];
    }

    private protected async Task<CheckReport> LookAsync(params string[] changes)
    {
        if (PublishedGateway.Program is null)
        {
            return await CheckCommand.LookAsync(Settings(changes), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var run = await CommandRun.OfAsync(Variables(changes), "check", "--json");
        var report = JsonSerializer.Deserialize(run.Output, CheckJson.Default.CheckReport)!;
        Assert.Equal(run.ExitCode, report.ExitCode);
        return report;
    }

    private protected SettingsResult Settings(params string[] changes)
    {
        var result = SettingsReader.Read(Variables(changes), []);
        Assert.Empty(result.Errors);
        return result;
    }

    private protected IReadOnlyDictionary<string, string> Variables(string[] changes) => KubeflowEnvironments.Variables(
    [
        "OIDC_PROVIDER=" + Provider.Issuer, "CLIENT_ID=" + FakeProvider.ClientId, "CLIENT_SECRET=" + FakeProvider.ClientSecret,
        "PUBLIC_URL=https://gw.example.test", "SESSION_STORE_PATH=" + Folder.File("data.db"), .. changes,
    ]);
}
