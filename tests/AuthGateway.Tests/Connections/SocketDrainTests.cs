using System.IO.Pipelines;
using AuthGateway.Proxy.Connections;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Tests.Connections;

/// <summary>What an application had sent when the session ended is delivered before the close frame: it counts as sent there, and would be lost.</summary>
public class SocketDrainTests
{
    private static readonly byte[] Close = [0x88, 15, 0x03, 0xF0, .. "session ended"u8];
    private static readonly byte[] OwnClose = [0x88, 2, 0x03, 0xE9];
    private readonly Pipe _fromClient = new();
    private readonly MemoryStream _toClient = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Frames_before_the_applications_answer_arrive_and_its_close_frame_is_replaced(int piece)
    {
        await using var socket = new SessionSocket(new TwoWay(_fromClient.Reader.AsStream(), _toClient));
        var question = socket.ReadAsync(Memory<byte>.Empty, Cancel).AsTask();
        await socket.WriteAsync(Frame(10), Cancel);

        var closing = socket.CloseAsync(CloseReason.SessionEnded, Cancel);
        Assert.Equal(0, await question);
        var told = new byte[64];
        var length = await socket.ReadAsync(told, Cancel);
        Assert.Equal([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9], told[..length]);
        byte[] rest = [.. Frame(20), .. Frame(30), .. OwnClose, .. Frame(40)];
        for (var i = 0; i < rest.Length; i += piece)
        {
            await socket.WriteAsync(rest.AsMemory(i, Math.Min(piece, rest.Length - i)), Cancel);
        }

        Assert.Equal([.. Frame(10), .. Frame(20), .. Frame(30), .. Close], _toClient.ToArray());
        socket.Detach();
        await closing;
    }

    [Fact]
    public async Task Nothing_of_the_client_passes_after_the_end()
    {
        await using var socket = new SessionSocket(new TwoWay(_fromClient.Reader.AsStream(), _toClient));
        var question = socket.ReadAsync(Memory<byte>.Empty, Cancel).AsTask();
        var closing = socket.CloseAsync(CloseReason.SessionEnded, Cancel);
        await question;
        var told = new byte[64];
        Assert.Equal(8, await socket.ReadAsync(told, Cancel));

        await _fromClient.Writer.WriteAsync((byte[])[0x81, 0x85, 1, 2, 3, 4, 9, 9, 9, 9, 9], Cancel);
        await _fromClient.Writer.WriteAsync((byte[])[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xF0], Cancel);
        await _fromClient.Writer.CompleteAsync();

        Assert.Equal(0, await socket.ReadAsync(new byte[64], Cancel));
        await closing;
    }

    [Fact]
    public async Task Application_that_does_not_answer_is_waited_for_300_ms()
    {
        await using var socket = new SessionSocket(new TwoWay(_fromClient.Reader.AsStream(), _toClient));
        _ = socket.ReadAsync(Memory<byte>.Empty, Cancel).AsTask();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var closing = socket.CloseAsync(CloseReason.SessionEnded, Cancel);
        await Deadline.UntilAsync(() => Task.FromResult(_toClient.Length == Close.Length), "the close frame");

        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(250), $"{clock.Elapsed}");
        socket.Detach();
        await closing;
    }

    private static byte[] Frame(int payload) => [0x82, (byte)payload, .. new byte[payload]];

    private sealed class TwoWay(Stream input, Stream output) : DuplexStream(output)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Inner.WriteAsync(buffer, cancellationToken);
    }
}
