using System.Buffers;
using System.IO.Pipelines;
using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>However the bytes of an HTTP/2 connection are cut, a reader that consumes whole frames alone is shown whole frames, and no more than one at a time.</summary>
public class StrangerFramesTests
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(1000)]
    public async Task Frames_stay_in_step_however_they_are_cut(int cut)
    {
        byte[][] units = [Preface, Frame(4, 0, 0), Frame(8, 0, 4), Frame(0, 5, 300), Frame(6, 0, 8), Frame(0, 5, 1)];
        var bytes = units.SelectMany(unit => unit).ToArray();
        var pipe = new Pipe();
        await using var rig = await GatewayRig.StartAsync(waitUntilReady: false);
        var connection = new DefaultConnectionContext { Transport = new Duplex(pipe.Reader, pipe.Writer) };
        var frames = new StrangerFrames(connection, new ClientConnection(ListenerKind.Main, null), rig.Server.Services.GetRequiredService<StrangerGate>());
        var writing = WriteAsync(pipe.Writer, bytes, cut);

        foreach (var unit in units)
        {
            while (true)
            {
                var shown = (await frames.ReadAsync(TestContext.Current.CancellationToken)).Buffer;
                Assert.InRange(shown.Length, 0, unit.Length);
                if (shown.Length == unit.Length)
                {
                    Assert.Equal(unit, shown.ToArray());
                    frames.AdvanceTo(shown.End);
                    break;
                }

                // As the server does with a part of a frame.
                frames.AdvanceTo(shown.Start, shown.End);
            }
        }

        await writing;
    }

    /// <summary>The server ends a connection by cancelling its read.</summary>
    [Fact]
    public async Task Reader_that_holds_a_part_of_a_frame_gives_up_when_it_is_told_to()
    {
        var pipe = new Pipe();
        await using var rig = await GatewayRig.StartAsync(waitUntilReady: false);
        var connection = new DefaultConnectionContext { Transport = new Duplex(pipe.Reader, pipe.Writer) };
        var frames = new StrangerFrames(connection, new ClientConnection(ListenerKind.Main, null), rig.Server.Services.GetRequiredService<StrangerGate>());
        await pipe.Writer.WriteAsync((byte[])[.. Preface, 0], TestContext.Current.CancellationToken);
        frames.AdvanceTo((await frames.ReadAsync(TestContext.Current.CancellationToken)).Buffer.End);
        var reading = frames.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        frames.CancelPendingRead();

        var result = await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(result is { IsCanceled: true, Buffer.IsEmpty: true });
    }

    [Theory]
    [InlineData("82", 96)]
    [InlineData("BEBE", 8256)]
    [InlineData("4003782D6103616161", 38)]
    [InlineData("4083F2B24F8461616161", 42)]
    [InlineData("3FE11F", 0)]
    [InlineData("40037861", HpackSize.Most)]
    [InlineData("FF8080808080808080", HpackSize.Most)]
    public void Size_of_fields_is_never_less_than_what_they_say(string fields, int most) => Assert.Equal(most, HpackSize.AtMost(Convert.FromHexString(fields)));

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static async Task WriteAsync(PipeWriter writer, byte[] bytes, int cut)
    {
        foreach (var piece in bytes.Chunk(cut))
        {
            await writer.WriteAsync(piece);
            await Task.Yield();
        }
    }

    private static byte[] Frame(byte type, byte stream, int length) => [0, (byte)(length >> 8), (byte)length, type, 0, 0, 0, 0, stream, .. new byte[length]];
}
