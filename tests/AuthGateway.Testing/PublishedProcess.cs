using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace AuthGateway.Testing;

/// <summary>The published gateway as a child of the test: its environment is the rig's alone, its log lines go to the rig's log.</summary>
internal sealed class PublishedProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly LogCapture _log;

    private PublishedProcess(Process process, LogCapture log)
    {
        _process = process;
        _log = log;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
    }

    /// <summary>Starts the program and waits until it listens.</summary>
    public static async Task<PublishedProcess> StartAsync(string program, IReadOnlyDictionary<string, string> environment, GatewayAddresses addresses, LogCapture log)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "TMPDIR" or "DOTNET_ROOT")).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var gateway = new PublishedProcess(new Process { StartInfo = start }, log);
        gateway._process.Start();
        gateway._process.BeginOutputReadLine();
        gateway._process.BeginErrorReadLine();
        PublishedGateway.Note(gateway._process);
        try
        {
            // The last port that it opens.
            await Deadline.UntilAsync(() => gateway.ListensAsync(addresses.Web), () => $"the published gateway listens\n{gateway.Output}", seconds: 60);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }

        return gateway;
    }

    private string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>SIGTERM; the process is killed when it has not ended within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (_process.HasExited)
        {
            return;
        }

        _ = Kill(_process.Id, Terminate);
        using var end = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _process.Dispose();
    }

    private async Task<bool> ListensAsync(Uri address)
    {
        if (_process.HasExited)
        {
            throw new IOException($"The published gateway ended with exit code {_process.ExitCode}.\n{Output}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        _log.AddConsoleLine(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
