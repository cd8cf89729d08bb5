using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace AuthGateway.Tests.Sessions;

/// <summary>A server that speaks Redis, in this process: tests need no installed one.</summary>
public sealed class GarnetRedis : IDisposable
{
    private GarnetServer? _server;

    public GarnetRedis()
        : this(isStarted: true)
    {
    }

    private GarnetRedis(bool isStarted)
    {
        if (isStarted)
        {
            Start();
        }
    }

    public int Port { get; } = FreePort();

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>An address where nobody listens until <see cref="Start"/>.</summary>
    public static GarnetRedis Reserve() => new(isStarted: false);

    /// <param name="password">Given: clients must say it.</param>
    /// <param name="runsScripts">False: it answers EVAL with an error.</param>
    public void Start(string? password = null, bool runsScripts = true)
    {
        string[] scripts = runsScripts ? ["--lua", "--lua-transaction-mode"] : [];
        string[] authentication = password is null ? [] : ["--auth", "Password", "--password", password];
        _server = new GarnetServer(["--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "-q", .. scripts, .. authentication]);
        _server.Start();
    }

    public void Dispose() => _server?.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
