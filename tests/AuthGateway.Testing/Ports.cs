using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Testing;

/// <summary>Loopback ports for processes that must be told a number before they listen.</summary>
internal static class Ports
{
    /// <summary>The seed's <c>REDIRECT_URL</c> demands this one.</summary>
    public const int SeedPublic = 8989;

    /// <summary>The seed's <c>PORT</c>.</summary>
    public const int SeedGateway = 8080;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>No port is given twice: the kernel may offer one again before its process listens.</summary>
    public static int Free()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            if (((IPEndPoint)listener.LocalEndpoint).Port is var port && Given.TryAdd(port, true))
                return port;
        }
    }

    /// <summary>Waits half a minute for a port that no other will do for; fails with a sentence when somebody keeps it.</summary>
    public static async Task DemandFreeAsync(int port) =>
        await Deadline.UntilAsync(() => Task.FromResult(IsFree(port)), TimeSpan.FromSeconds(30), () => $"port {port} free, which the test demands");

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
