using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>A process we started, which ends with us. Its id is that of the program itself: <c>taskset</c> replaces itself by it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<int, byte> Given = new();
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it and waits until the port answers a connection.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not listen within a minute.</exception>
    public static async Task<ChildProcess> StartAsync(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment, int port)
    {
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!);
        var clock = Stopwatch.StartNew();
        while (!await IsListeningAsync(port))
        {
            if (child._process.HasExited || clock.Elapsed > StartLimit)
            {
                await child.DisposeAsync();
                throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not listen on {port}.");
            }

            await Task.Delay(50);
        }

        return child;
    }

    /// <summary>A port that was free a moment ago, and that this process was not given before.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Given.TryAdd(port, 0))
            {
                return port;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
