using System.Net.Sockets;
using AuthGateway.Configuration;

namespace AuthGateway.Cli;

/// <summary>Why a port could not be opened, as one sentence with the setting and the next step.</summary>
internal static class ListenFailure
{
    /// <summary>Null when <paramref name="failure"/> is about something else.</summary>
    public static string? Describe(Exception failure, ServerOptions server)
    {
        if (SocketErrorOf(failure) is not { } error || FirstUnavailable(server) is not { } port)
        {
            return null;
        }

        return error switch
        {
            SocketError.AddressAlreadyInUse => $"{port.Setting}: port {port.Number} is taken by another process; stop that one or choose another port.",
            SocketError.AccessDenied => $"{port.Setting}: port {port.Number} may not be opened by this user; choose a port from 1024 on.",
            SocketError.AddressNotAvailable => $"SERVER_HOSTNAME: {server.Hostname} is no address of this machine; leave it empty to listen on all.",
            _ => $"{port.Setting}: port {port.Number} cannot be opened ({error}).",
        };
    }

    private static SocketError? SocketErrorOf(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    // The server does not say which of its ports it was: the first one that cannot be opened now is.
    private static (string Setting, int Number)? FirstUnavailable(ServerOptions server)
    {
        List<(string Setting, int Number)> ports = [("SERVER_PORT", server.Port), ("READINESS_PROBE_PORT", server.ProbePort), ("WEB_SERVER_PORT", server.WebPort), ("METRICS_PORT", server.MetricsPort)];
        if (server.ExtAuthzPort is { } checks)
        {
            ports.Insert(1, ("EXT_AUTHZ_PORT", checks));
        }

        var unavailable = ports.Where(port => !CanOpen(port.Number)).ToList();
        return unavailable.Count > 0 ? unavailable[0] : ports[0];
    }

    private static bool CanOpen(int port)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
