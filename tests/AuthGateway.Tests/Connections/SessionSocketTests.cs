using AuthGateway.Proxy.Connections;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Tests.Connections;

/// <summary>The close frame comes between two frames, never inside one (RFC 6455 §5.2, §5.4), and nothing follows it.</summary>
public class SessionSocketTests
{
    private static readonly byte[] Close = [0x88, 15, 0x03, 0xF0, .. "session ended"u8];

    public static TheoryData<int, int> Sizes => new() { { 0, 1 }, { 1, 3 }, { 125, 7 }, { 126, 5 }, { 65535, 1000 }, { 65536, 4096 }, { 200_000, 65_536 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Tracker_finds_every_boundary_however_the_bytes_are_cut(int payload, int piece)
    {
        var frame = Frame(payload);
        var tracker = new FrameTracker();
        byte[] stream = [.. frame, .. frame];
        for (var i = 0; i < stream.Length; i += piece)
        {
            tracker.Feed(stream.AsSpan(i, Math.Min(piece, stream.Length - i)));
            Assert.Equal(Math.Min(i + piece, stream.Length) % frame.Length == 0, tracker.IsAtBoundary);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(101)]
    public async Task Frame_under_way_is_finished_then_the_close_frame_then_nothing(int sent)
    {
        using var client = new MemoryStream();
        await using var socket = new SessionSocket(client);
        var frame = Frame(100);
        await socket.WriteAsync(frame.AsMemory(0, sent), TestContext.Current.CancellationToken);

        var closing = socket.CloseAsync(CloseReason.SessionEnded, TestContext.Current.CancellationToken);
        Assert.Equal(frame[..sent], client.ToArray());
        await socket.WriteAsync((byte[])[.. frame[sent..], .. Frame(5)], TestContext.Current.CancellationToken);
        await socket.WriteAsync(Frame(5), TestContext.Current.CancellationToken);

        Assert.Equal([.. frame, .. Close], client.ToArray());
        socket.Detach();
        await closing;
    }

    [Fact]
    public async Task Between_frames_it_comes_at_once_and_after_the_apps_own_close_frame_not_at_all()
    {
        using var client = new MemoryStream();
        await using var socket = new SessionSocket(client);
        await socket.WriteAsync(Frame(3), TestContext.Current.CancellationToken);
        _ = socket.CloseAsync(CloseReason.SessionEnded, TestContext.Current.CancellationToken);
        Assert.Equal([.. Frame(3), .. Close], client.ToArray());

        using var closed = new MemoryStream();
        await using var second = new SessionSocket(closed);
        byte[] own = [0x88, 2, 0x03, 0xE8];
        await second.WriteAsync(own, TestContext.Current.CancellationToken);
        _ = second.CloseAsync(CloseReason.SessionEnded, TestContext.Current.CancellationToken);
        Assert.Equal(own, closed.ToArray());
    }

    [Fact]
    public async Task What_the_client_sends_after_the_end_never_reaches_the_app()
    {
        using var client = new MemoryStream();
        await using var socket = new SessionSocket(client);
        var closing = socket.CloseAsync(CloseReason.SessionEnded, TestContext.Current.CancellationToken);
        client.SetLength(0);
        client.Write([0x81, 0x85, 1, 2, 3, 4, 9, 9, 9, 9, 9]);
        client.Position = 0;

        Assert.Equal(0, await socket.ReadAsync(new byte[64], TestContext.Current.CancellationToken));
        await closing;
    }

    private static byte[] Frame(int payload) => payload switch
    {
        < 126 => [0x82, (byte)payload, .. new byte[payload]],
        < 65536 => [0x82, 126, (byte)(payload >> 8), (byte)payload, .. new byte[payload]],
        _ => [0x82, 127, 0, 0, 0, 0, (byte)(payload >> 24), (byte)(payload >> 16), (byte)(payload >> 8), (byte)payload, .. new byte[payload]],
    };
}
