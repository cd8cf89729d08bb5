using System.Diagnostics;

namespace AuthGateway.Tests.Limits;

/// <summary>Frames that ask for nothing (U3).</summary>
public sealed class ControlFrameTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(RawHttp2.Ping, 0, 8)]
    [InlineData(RawHttp2.Settings, 0, 0)]
    [InlineData(RawHttp2.Data, 1, 0)]
    [InlineData(0x2, 1, 5)]
    [InlineData(0xFA, 0, 0)]
    public async Task U3_control_frames_of_a_stranger_are_read_so_many_a_second(byte type, int stream, int length)
    {
        var settings = new Dictionary<string, string>();
        TlsFiles.Use(settings, _folder.Path);
        await using var rig = await GatewayRig.StartAsync(settings: settings);
        using var flood = await RawHttp2.ConnectAsync(rig.Address.Port);
        await flood.RequestAsync(1, "POST", "/authservice/backchannel-logout", GatewayRig.PublicHost, isEnd: false, RawHttp2.Field("content-type", "application/x-www-form-urlencoded"));
        var started = Stopwatch.GetTimestamp();

        await flood.SendAsync([.. Enumerable.Repeat(RawHttp2.Frame(type, 0, stream, new byte[length]), 600).SelectMany(frame => frame), .. RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8])]);

        await Deadline.UntilAsync(async () => await LimitRig.ReachedAsync(rig, "control_frames") >= 1, "the limit");
        using var other = await RawHttp2.ConnectAsync(rig.Address.Port, window: 65_535);
        await other.RequestAsync(1, "GET", "/authservice/site/homepage", GatewayRig.PublicHost, isEnd: true, []);
        await Deadline.UntilAsync(() => other.Count(RawHttp2.Headers) == 1, "the answer to another");
        // The last PING is answered in its turn, if the server did not end the connection before: nothing is lost.
        await Task.WhenAny(Deadline.UntilAsync(() => flood.Received.Any(frame => frame is { Type: RawHttp2.Ping, Flags: 1 }) && flood.Count(RawHttp2.Ping) >= (type == RawHttp2.Ping ? 601 : 1), "the last PING"), flood.Closed);
        Assert.True(flood.Closed.IsCompleted || Stopwatch.GetElapsedTime(started).TotalSeconds > 0.9);
    }

    public void Dispose() => _folder.Dispose();
}
