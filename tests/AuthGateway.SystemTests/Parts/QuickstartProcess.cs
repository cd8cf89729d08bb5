using System.Diagnostics;
using AuthGateway.Cli;

namespace AuthGateway.SystemTests.Parts;

/// <summary>The quickstart as <c>dotnet run</c> starts it: provider, sample application and gateway in one process on its default ports.</summary>
internal sealed class QuickstartProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private QuickstartProcess(ChildProcess process) => _process = process;

    public static Uri Address => new($"http://localhost:{Ports.SeedPublic}/");

    public string Output => _process.Output;

    public static async Task<QuickstartProcess> StartAsync()
    {
        await Ports.DemandFreeAsync(Ports.SeedPublic);
        var assembly = Repository.PathOf(
            "src", "AuthGateway.Quickstart", "bin", Repository.BuildConfiguration, "net10.0", "AuthGateway.Quickstart.dll");
        var quickstart = new QuickstartProcess(ChildProcess.Start("dotnet", [assembly], inherit: false));
        try
        {
            await Deadline.UntilAsync(
                () =>
                {
                    Assert.False(quickstart._process.HasExited, $"The quickstart ended by itself:\n{quickstart.Output}");
                    return Task.FromResult(quickstart.Output.Contains("READY http://localhost:8989", StringComparison.Ordinal));
                },
                TimeSpan.FromSeconds(60),
                () => $"the line READY http://localhost:8989\n{quickstart.Output}");
            return quickstart;
        }
        catch
        {
            await quickstart.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ctrl-C (SIGINT). Returns exit code and time.</summary>
    public async Task<(int ExitCode, TimeSpan Time)> InterruptAsync()
    {
        var clock = Stopwatch.StartNew();
        await _process.StopAsync(TimeSpan.FromSeconds(15), signal: 2);
        return (_process.ExitCode, clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"--- quickstart\n{Output}");
        await _process.DisposeAsync();
    }
}
