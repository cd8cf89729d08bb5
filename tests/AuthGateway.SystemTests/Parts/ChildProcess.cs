using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AuthGateway.Cli;

namespace AuthGateway.SystemTests.Parts;

/// <summary>A process that a test started: its output is kept, and it is ended by its own id.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
    }

    public int Id { get; private set; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Both output streams so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <param name="inherit">False: only <paramref name="environment"/> and what .NET needs, as a container would have it.</param>
    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool inherit = true)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (!inherit)
        {
            foreach (var name in start.Environment.Keys.Where(n => n is not ("PATH" or "HOME" or "DOTNET_ROOT" or "TMPDIR")).ToList())
                start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var child = new ChildProcess(start);
        child._process.Start();
        child.Id = child._process.Id;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs to the end and returns the output; fails on any exit code but 0.</summary>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, int limitSeconds = 240)
    {
        await using var child = Start(file, arguments, environment);
        await child.WaitAsync(TimeSpan.FromSeconds(limitSeconds));
        Assert.True(child.ExitCode == 0, $"{file} ended with {child.ExitCode}:\n{child.Output}");
        return child.Output;
    }

    public async Task WaitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(deadline.Token);
    }

    /// <summary>SIGTERM, as Kubernetes and Ctrl-C would end it; SIGKILL after the limit. True when it ended by itself.</summary>
    public async Task<bool> StopAsync(TimeSpan limit, int signal = 15)
    {
        if (_process.HasExited)
            return true;
        _ = SendSignal(Id, signal);
        try
        {
            await WaitAsync(limit);
            return true;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SendSignal(int processId, int signal);
}
