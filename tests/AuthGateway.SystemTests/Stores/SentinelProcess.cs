using System.Net.Sockets;
using System.Text;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>One redis-sentinel that watches a primary called <c>main</c> and acts alone.</summary>
internal sealed class SentinelProcess : IAsyncDisposable
{
    private readonly TempFolder _folder = new("sentinel");
    private readonly ChildProcess _process;

    private SentinelProcess(int primaryPort)
    {
        var file = _folder.Write("sentinel.conf", $"""
            port {Port}
            bind 127.0.0.1
            dir {_folder.Path}
            sentinel monitor main 127.0.0.1 {primaryPort} 1
            sentinel down-after-milliseconds main 1000
            sentinel failover-timeout main 5000

            """);
        _process = ChildProcess.Start(RedisServer.Program("redis-sentinel"), [file]);
    }

    public int Port { get; } = Ports.Free();

    public string Log => _process.Output;

    public static async Task<SentinelProcess> StartAsync(int primaryPort)
    {
        var sentinel = new SentinelProcess(primaryPort);
        await Deadline.UntilAsync(async () => (await sentinel.CommandAsync("PING")).StartsWith("+PONG", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => sentinel.Log);
        return sentinel;
    }

    /// <summary>One command; empty while nobody listens.</summary>
    public async Task<string> CommandAsync(string command)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
        catch (SocketException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(5), 9);
        _folder.Dispose();
    }
}
