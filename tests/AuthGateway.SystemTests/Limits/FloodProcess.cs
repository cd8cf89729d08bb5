using System.Globalization;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Limits;

/// <summary>A <see cref="Flood"/> in a process of its own, until it is disposed of.</summary>
internal sealed class FloodProcess : IAsyncDisposable
{
    /// <summary>First argument of this program, in place of a test runner's.</summary>
    public const string Command = "flood";

    private readonly ChildProcess _process;

    private FloodProcess(ChildProcess process) => _process = process;

    public static FloodProcess Start(string attack, int connections, int port, bool isTls, string issuer) => new(ChildProcess.Start(
        Environment.ProcessPath!, [Command, attack, connections.ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture), $"{isTls}", issuer]));

    /// <summary>Runs the attack until the process is ended.</summary>
    public static async Task<int> MainAsync(string[] args)
    {
        using var flood = new Flood(int.Parse(args[3], CultureInfo.InvariantCulture), bool.Parse(args[4]), args[5]);
        await flood.RunAsync(args[1], int.Parse(args[2], CultureInfo.InvariantCulture), CancellationToken.None);
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.False(_process.HasExited, $"The flood ended by itself:\n{_process.Output}");
        await _process.StopAsync(TimeSpan.FromSeconds(5), signal: 9);
        await _process.DisposeAsync();
    }
}
