using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace AuthGateway.Testing;

/// <summary>
/// Small C libraries (<c>LD_PRELOAD</c>) that change what a published gateway sees of its system, so that its inside need not be touched: built by
/// <c>cc</c> when they are needed first.
/// </summary>
internal static class Preload
{
    private const string Variable = "LD_PRELOAD";
    private static readonly ConcurrentDictionary<string, Lazy<string?>> Libraries = new();

    /// <summary>The clock is ahead by what the file says (<see cref="ShiftedClock.ShareIn"/>).</summary>
    public static void Clock(Dictionary<string, string> environment, string file) => Add(environment, "shifted-clock", "SHIFTED_CLOCK_FILE", file);

    /// <summary>Every name that ends in <c>.test</c> has these addresses.</summary>
    public static void Names(Dictionary<string, string> environment, string addresses) => Add(environment, "fixed-names", "FIXED_NAMES", addresses);

    private static void Add(Dictionary<string, string> environment, string name, string setting, string value)
    {
        if (Libraries.GetOrAdd(name, static name => new(() => Build(name))).Value is not { } library)
        {
            Assert.Skip($"needs a C compiler (cc) to build {name}.c, or the gateway in this process");
            return;
        }

        environment[Variable] = environment.TryGetValue(Variable, out var other) ? $"{other}:{library}" : library;
        environment[setting] = value;
    }

    private static string? Build(string name)
    {
        var library = Path.Combine(AppContext.BaseDirectory, $"{name}.{Environment.ProcessId}.so");
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-o", library, Path.Combine(AppContext.BaseDirectory, name + ".c")]);
            compiler.WaitForExit();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
            return compiler.ExitCode == 0 ? library : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
