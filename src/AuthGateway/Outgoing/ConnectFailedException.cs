using System.Globalization;
using System.Net.Sockets;

namespace AuthGateway.Outgoing;

/// <summary>
/// No TCP connection was made. The message lists every address that was tried with its error and
/// may be logged.
/// </summary>
internal sealed class ConnectFailedException : SocketException
{
    private readonly string _message;

    public ConnectFailedException(
        string host, int port, IReadOnlyList<ConnectAttempt> attempts, SocketError error, TimeSpan? limit = null)
        : base((int)error)
    {
        Host = host;
        Port = port;
        var tried = attempts.Select(attempt => $"{attempt.Address}: {Reason(attempt.Error, limit)}");
        _message = attempts.Count > 0 ? $"no connection to {At(host, port)} (tried {string.Join(", ", tried)})"
            : error == SocketError.TooManyOpenSockets
                ? $"no connection to {At(host, port)} (every place for connections to upstreams is taken)"
                : $"the name {host} {ResolutionError(error)}";
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>
    /// True when no address answered in time; false when one rejected the connection.
    /// </summary>
    public bool IsTimeout => SocketErrorCode is SocketError.TimedOut or SocketError.TryAgain;

    public override string Message => _message;

    private static string ResolutionError(SocketError error) => error switch
    {
        SocketError.TryAgain => "is not resolved in time",
        SocketError.HostNotFound or SocketError.NoData => "is not known to DNS",
        _ => $"cannot be resolved ({error})",
    };

    private static string At(string host, int port) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");

    private static string Reason(SocketError error, TimeSpan? limit) => error switch
    {
        SocketError.TimedOut =>
            limit is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"no answer within {time.TotalSeconds:0.#} s")
                : "no answer",
        SocketError.ConnectionRefused => "connection refused",
        SocketError.NetworkUnreachable => "no route to this network",
        SocketError.HostUnreachable => "no route to this host",
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported =>
            "this machine has no address of this kind",
        SocketError.TooManyOpenSockets => "this process has no file descriptor left",
        _ => error.ToString(),
    };
}
