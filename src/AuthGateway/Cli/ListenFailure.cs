using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Cli;

/// <summary>
/// Describes why a port could not be opened, in one sentence with the setting and the next step.
/// </summary>
internal static class ListenFailure
{
    /// <summary>Null when <paramref name="failure"/> has another cause.</summary>
    public static string? Describe(Exception failure, ServerOptions server)
    {
        if (SocketErrorOf(failure) is not { } error || FirstUnavailable(failure, server) is not { } port)
        {
            return null;
        }

        return error switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{port.Setting}: port {port.Number} is taken by another process; "
                + "stop that one or choose another port.",
            SocketError.AccessDenied =>
                $"{port.Setting}: port {port.Number} may not be opened by this user; choose a port from 1024 on.",
            SocketError.AddressNotAvailable =>
                $"SERVER_HOSTNAME: {server.Hostname} is no address of this machine; leave it empty to listen on all.",
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

    // The exception usually names the address that could not be opened. Otherwise the first port
    // that cannot be opened now is taken.
    private static (string Setting, int Number)? FirstUnavailable(Exception failure, ServerOptions server)
    {
        List<(string Setting, int Number, string? Host)> ports =
        [
            ("SERVER_PORT", server.Port, server.Hostname), ("READINESS_PROBE_PORT", server.ProbePort, null),
            ("WEB_SERVER_PORT", server.WebPort, server.Hostname), ("METRICS_PORT", server.MetricsPort, null),
        ];
        if (server.ExtAuthzPort is { } checks)
        {
            ports.Insert(1, ("EXT_AUTHZ_PORT", checks, server.Hostname));
        }

        var named = ports.Where(port => Names(failure, port.Number)).ToList();
        var unavailable = named.Count > 0 ? named : ports.Where(port => !CanOpen(port.Number, port.Host)).ToList();
        return unavailable.Count > 0 ? (unavailable[0].Setting, unavailable[0].Number) : ("SERVER_PORT", server.Port);
    }

    private static bool Names(Exception? failure, int port)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            var colonAndPort = string.Create(CultureInfo.InvariantCulture, $":{port}:");
            if (failure.Message.Contains(colonAndPort, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool CanOpen(int port, string? host)
    {
        try
        {
            var address = host is null or "*"
                ? IPAddress.IPv6Any
                : IPAddress.TryParse(host, out var parsed) ? parsed : Dns.GetHostAddresses(host)[0];
            using var socket = address.Equals(IPAddress.IPv6Any)
                ? new Socket(SocketType.Stream, ProtocolType.Tcp)
                : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
