using System.Buffers.Binary;
using System.Net.Sockets;
using AuthGateway.Observability;
using AuthGateway.Sessions.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// The end of a long answer that the server has handed to the system and the client has not taken yet: megabytes for a slow reader. While it gets on, the
/// session is in use (<c>SESSION_IDLE_TIMEOUT</c>). Read from the connection (tcp(7), TCP_INFO) once a second; a client that takes nothing for a minute
/// is idle.
/// </summary>
internal sealed class UnsentBytes : SessionConnection
{
    /// <summary>Answers below it are gone at once: 64 KiB.</summary>
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

    /// <summary>Follows what is left of this answer, if anything, as an exchange of its session.</summary>
    /// <param name="context">Its answer is complete.</param>
    /// <param name="owner">The exchanges of the session.</param>
    /// <param name="supervisor">Under whom it is followed.</param>
    public static void Follow(HttpContext context, SessionConnections owner, Supervisor supervisor)
    {
        if (context.Response.ContentLength is <= Small || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return;
        }

        var rest = new UnsentBytes(socket);
        if (rest.TryRead(out var acked) && owner.TryAdd(rest))
        {
            supervisor.Start("unsent bytes of long answers", () => rest.FollowAsync(owner, acked));
        }
    }

    /// <summary>What is on its way was sent while the session lived.</summary>
    public override Task SayGoodbyeAsync(CloseReason why, CancellationToken limit) => Task.CompletedTask;

    public override void Abort()
    {
        // Nothing more comes from us.
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

    /// <summary>False when the client has everything, the connection is gone, or the system does not tell.</summary>
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
