using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Tests.Forwarding;

/// <summary>
/// An HTTP/2 server without TLS, frame by frame (RFC 9113): it does not process the first requests, and says so by REFUSED_STREAM or GOAWAY; the others it answers with 200.
/// </summary>
internal sealed class RefusingHttp2Server : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly bool _byGoAway;
    private int _refusals;
    private int _answered;

    public RefusingHttp2Server(int refusals, bool byGoAway)
    {
        _refusals = refusals;
        _byGoAway = byGoAway;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Address { get; }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Bytes of the last body.</summary>
    public int BodyBytes { get; private set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var owned = client;
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[24]);
            await WriteAsync(stream, 4, 0, 0, []);
            var head = new byte[9];
            var refused = new HashSet<int>();
            while (true)
            {
                await stream.ReadExactlyAsync(head);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload);
                var (type, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
                if (type == 0 && payload.Length > 0)
                {
                    // WINDOW_UPDATE for the connection: what a refused stream sent counts too (RFC 9113 §6.9).
                    var more = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(more, payload.Length);
                    await WriteAsync(stream, 8, 0, 0, more);
                }

                if (type == 4 && (flags & 1) == 0)
                {
                    await WriteAsync(stream, 4, 1, 0, []);
                }
                else if (type == 1 && Interlocked.Decrement(ref _refusals) >= 0)
                {
                    refused.Add(id);
                    await RefuseAsync(stream, id);
                }
                else if (type is 0 or 1 && !refused.Contains(id))
                {
                    await TakeAsync(stream, type, flags, id, payload.Length);
                }
            }
        }
        catch (Exception e) when (e is IOException or EndOfStreamException or ObjectDisposedException)
        {
            // The gateway went.
        }
    }

    private Task RefuseAsync(NetworkStream stream, int id)
    {
        // REFUSED_STREAM; or GOAWAY with the stream before it as the last one, NO_ERROR.
        var last = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(last, Math.Max(0, id - 2));
        return _byGoAway ? WriteAsync(stream, 7, 0, 0, last) : WriteAsync(stream, 3, 0, id, [0, 0, 0, 7]);
    }

    private async Task TakeAsync(NetworkStream stream, int type, int flags, int id, int length)
    {
        BodyBytes = type == 1 ? 0 : BodyBytes + length;
        if ((flags & 1) == 1)
        {
            Interlocked.Increment(ref _answered);

            // HEADERS with END_HEADERS and END_STREAM; 0x88 is ":status: 200" (RFC 7541, Appendix A).
            await WriteAsync(stream, 1, 5, id, [0x88]);
        }
    }

    private static async Task WriteAsync(NetworkStream stream, byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }
}
