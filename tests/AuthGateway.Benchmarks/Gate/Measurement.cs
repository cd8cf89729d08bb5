using System.Globalization;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Gate;

/// <summary>Measures what a request costs a target, in ways that do not depend on the machine's other work.</summary>
internal static class Measurement
{
    private const int WarmUpTurns = 3;
    private const int WarmUpRequests = 5000;
    private const int ForAllocations = 5000;
    private const int ForSystemCalls = 500;
    private const int ForInstructions = 9;
    private static readonly TimeSpan Compiling = TimeSpan.FromSeconds(1);

    /// <summary>What makes the figures repeatable in a measured process: code that does not depend on earlier requests, one socket thread.</summary>
    public static Dictionary<string, string> Environment(string folder) => new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
        ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
        [StartupHook.FolderVariable] = folder,
    };

    /// <param name="target">A process that was started with <see cref="Environment"/>.</param>
    /// <param name="folder">The folder named there.</param>
    /// <param name="extra">Further header lines of the request.</param>
    public static async Task<Figures> RunAsync(Target target, string folder, string extra = "")
    {
        using var client = new GateClient(target, extra);
        for (var turn = 0; turn < WarmUpTurns; turn++)
        {
            client.Send(WarmUpRequests);
            await Task.Delay(Compiling);
        }

        var answer = client.Send();
        var before = await AllocatedAsync(target.ProcessId, folder);
        client.Send(ForAllocations);
        var allocated = await AllocatedAsync(target.ProcessId, folder) - before;
        return new Figures(Instructions(target, client), SystemCalls(target, client), (double)allocated / ForAllocations, answer);
    }

    private static double Instructions(Target target, GateClient client)
    {
        using var tracer = new Tracer(target.ProcessId, Ptrace.SingleStep);
        client.Send();
        var counts = new List<long>();
        for (var last = tracer.Count; counts.Count < ForInstructions;)
        {
            client.Send();
            var now = tracer.Count;
            counts.Add(now - last);
            last = now;
        }

        counts.Sort();
        return counts[counts.Count / 2];
    }

    private static double SystemCalls(Target target, GateClient client)
    {
        using var tracer = new Tracer(target.ProcessId, Ptrace.SystemCall);
        client.Send();
        var before = tracer.Count;
        client.Send(ForSystemCalls);
        return (double)(tracer.Count - before) / ForSystemCalls;
    }

    private static async Task<long> AllocatedAsync(int process, string folder)
    {
        var file = Path.Combine(folder, process.ToString(CultureInfo.InvariantCulture));
        File.Delete(file);
        if (Ptrace.Kill(process, StartupHook.Signal) != 0)
        {
            throw new InvalidOperationException("The measured process is gone.");
        }

        for (var turn = 0; !File.Exists(file); turn++)
        {
            await Task.Delay(10);
            if (turn == 1000)
            {
                throw new InvalidOperationException("The measured process did not say what it had allocated.");
            }
        }

        return long.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
    }
}
