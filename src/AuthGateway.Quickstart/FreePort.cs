using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Quickstart;

/// <summary>A port that must be known before its server is built.</summary>
internal static class FreePort
{
    /// <summary>A loopback port that nobody listened on a moment ago.</summary>
    public static int Find()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
