using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AuthGateway.Cli;
using AuthGateway.Quickstart;

namespace AuthGateway.Tests.Quickstart;

/// <summary>The built quickstart as a process of its own, as a script's background job: SIGINT ignored at birth.</summary>
internal sealed class QuickstartChild : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QuickstartChild(string arguments)
    {
        var program = $"trap '' INT; exec dotnet '{typeof(RunningQuickstart).Assembly.Location}' {arguments}";
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static QuickstartChild Start(string arguments) => new(arguments);

    /// <summary>The address of the READY line.</summary>
    public Task<string> ReadyAsync() => _ready.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

    public void Signal(PosixSignal signal) => Assert.Equal(0, Kill(_process.Id, signal == PosixSignal.SIGINT ? 2 : 15));

    public async Task<int> ExitAsync(double seconds)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line?.StartsWith("READY ", StringComparison.Ordinal) == true)
        {
            _ready.TrySetResult(line["READY ".Length..]);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
