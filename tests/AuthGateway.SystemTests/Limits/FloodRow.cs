using System.Diagnostics;
using System.Globalization;

namespace AuthGateway.SystemTests.Limits;

/// <summary>What honest clients got while a flood went on, and the target's memory in MiB before, at its highest, and afterwards.</summary>
internal sealed record FloodRow(LiveTraffic Traffic, double Before, double Peak, double After)
{
    /// <summary>Floods the target until the session has asked so often, then waits until its memory is back, for 65 s at most.</summary>
    public static async Task<FloodRow> MeasureAsync(IFloodTarget target, string attack, int connections, int samples)
    {
        Assert.Equal(200, await target.AskAsync());
        var before = target.MemoryMiB("VmRSS");
        await using var traffic = new LiveTraffic(target);
        await using (FloodProcess.Start(attack, connections, target.Port, target.IsTls, target.Issuer))
        {
            await Deadline.UntilAsync(() => Task.FromResult(traffic.Asked >= samples), TimeSpan.FromSeconds(120), () => $"the live session is not asked\n{traffic}");
            await traffic.StopAsync();
        }

        var peak = target.MemoryMiB("VmHWM");
        var since = Stopwatch.StartNew();
        while (target.MemoryMiB("VmRSS") > 1.5 * before && since.Elapsed < TimeSpan.FromSeconds(65))
            await Task.Delay(1000);
        return new(traffic, before, peak, target.MemoryMiB("VmRSS"));
    }

    /// <param name="what">Attack, connections and door.</param>
    /// <param name="group">Highest use of the cgroup.</param>
    public void Print(string what, double? group) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"FLOOD {what}: {Traffic}; RSS MiB before {Before:0}, highest {Peak:0}, afterwards {After:0}; cgroup {group:0}"));
}
