using System.Buffers.Binary;
using System.Net.Sockets;
using AuthGateway.Observability;
using AuthGateway.Sessions.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// Tracks the end of a long response that the server has passed to the operating system and the
/// client has not received yet; for a slow client these are megabytes. While the client makes
/// progress, the session is in use (<c>SESSION_IDLE_TIMEOUT</c>). Reads the TCP state (tcp(7),
/// TCP_INFO) once a second. A client without progress for a minute is idle.
/// </summary>
internal sealed class UnsentBytes : SessionConnection
{
    /// <summary>Smaller responses are not tracked: 64 KiB.</summary>
    private const long Small = 64 * 1024;
    private const int LevelTcp = 6;
    private const int TcpInfo = 11;
    private const int BytesAckedAt = 120;
    private const int NotSentAt = 144;
    private const int Length = 148;
    private const int PatienceBeats = 60;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private readonly Socket _socket;

    private UnsentBytes(Socket socket) => _socket = socket;

    public override bool IsEndless => false;

    /// <summary>
    /// Tracks the unsent rest of this response, if any, as a connection of its session.
    /// </summary>
    /// <param name="context">The exchange; its response is complete.</param>
    /// <param name="owner">The connections of the session.</param>
    /// <param name="supervisor">Runs the background work.</param>
    public static void Follow(HttpContext context, SessionConnections owner, Supervisor supervisor)
    {
        if (context.Response.ContentLength is <= Small
            || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return;
        }

        var rest = new UnsentBytes(socket);
        if (rest.TryRead(out var acked) && owner.TryAdd(rest))
        {
            supervisor.Start("unsent bytes of long answers", () => rest.FollowAsync(owner, acked));
        }
    }

    /// <summary>Nothing to do: the pending bytes were sent while the session was live.</summary>
    public override Task NotifyCloseAsync(CloseReason why, CancellationToken limit) => Task.CompletedTask;

    public override void Abort()
    {
        // Nothing to abort: the gateway sends no more bytes.
    }

    private async Task FollowAsync(SessionConnections owner, long acked)
    {
        for (var quiet = 0; quiet < PatienceBeats; quiet++)
        {
            await Task.Delay(Beat, TimeProvider.System);
            if (!TryRead(out var now))
            {
                break;
            }

            if (now != acked)
            {
                (acked, quiet) = (now, 0);
            }
        }

        owner.Remove(this);
    }

    /// <summary>
    /// Returns false when the client has received everything, the connection is closed, or the
    /// system does not report it.
    /// </summary>
    private bool TryRead(out long acked)
    {
        Span<byte> info = stackalloc byte[Length];
        acked = 0;
        try
        {
            if (!OperatingSystem.IsLinux() || _socket.GetRawSocketOption(LevelTcp, TcpInfo, info) < Length)
            {
                return false;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }

        acked = BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedAt..]);
        return BinaryPrimitives.ReadInt32LittleEndian(info[NotSentAt..]) > 0;
    }
}
