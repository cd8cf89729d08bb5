using System.Diagnostics;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>Who runs where: with two cores or more, load and upstream on the first and what is measured on the second (by <c>taskset</c>).</summary>
internal static class Placement
{
    private static readonly string? TaskSet = Environment.ProcessorCount >= 2 ? Programs.OnPath("taskset") : null;

    public static string Description => TaskSet is null
        ? "nothing pinned"
        : "wrk and upstream on core 0, the process under test on core 1";

    public static ProcessStartInfo OnLoadCore(string program, IEnumerable<string> arguments) => On("0", program, arguments);

    public static ProcessStartInfo OnMeasuredCore(string program, IEnumerable<string> arguments) => On("1", program, arguments);

    private static ProcessStartInfo On(string core, string program, IEnumerable<string> arguments) => TaskSet is null
        ? new ProcessStartInfo(program, arguments)
        : new ProcessStartInfo(TaskSet, ["-c", core, program, .. arguments]);
}
