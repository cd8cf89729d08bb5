using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AuthGateway.SystemTests.Parts;

/// <summary>Debian's redis-server on a loopback port with a folder of its own; found on PATH or in the folder <c>REDIS_HOME</c>.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] _options;
    private readonly TempFolder _folder;
    private ChildProcess? _process;

    private RedisServer(string[] options)
    {
        _options = options;
        _folder = new TempFolder("redis");
    }

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string Log => _process?.Output ?? "";

    public string FolderPath => _folder.Path;

    /// <param name="options">As on redis-server's command line; without <c>--port</c> it listens in clear.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A program of Redis; skips or fails the test when there is none.</summary>
    public static string Program(string name) => RealPart.Program("REDIS_HOME", name, "redis-server redis-sentinel");

    /// <summary>The same port and folder again, after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] listening = _options.Contains("--tls-port") ? ["--port", "0"] : ["--port", port];
        _process = ChildProcess.Start(
            Program("redis-server"),
            ["--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "", "--daemonize", "no", .. listening, .. _options.Select(option => option == "PORT" ? port : option)]);
        await Deadline.UntilAsync(AcceptsAsync, TimeSpan.FromSeconds(20), () => $"redis-server on {Address}\n{Log}", 10);
    }

    /// <summary>SIGTERM is 15, SIGKILL 9.</summary>
    public async Task StopAsync(int signal = 9) => await _process!.StopAsync(TimeSpan.FromSeconds(10), signal);

    /// <summary>STOP freezes it, CONT wakes it.</summary>
    public Task SignalAsync(string name) => ChildProcess.RunAsync("kill", ["-" + name, _process!.Id.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>One command in clear by the inline protocol; what came back, as text.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(command + "\r\nQUIT\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.StopAsync(TimeSpan.FromSeconds(5), 9);
        _folder.Dispose();
    }

    private async Task<bool> AcceptsAsync()
    {
        Assert.False(_process!.HasExited, $"redis-server ended by itself:\n{Log}");
        try
        {
            if (_options.Contains("--tls-port"))
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return true;
            }

            var answer = await CommandAsync("PING");
            return answer.StartsWith("+PONG", StringComparison.Ordinal) || answer.StartsWith("-NOAUTH", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
