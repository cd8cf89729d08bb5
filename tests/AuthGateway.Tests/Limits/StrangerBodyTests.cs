using AuthGateway.Limits.Http2;
using AuthGateway.Tests.Connections;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Limits;

/// <summary>Bodies that strangers send over HTTP/2 for answers that they do not read (U2, U9).</summary>
public class StrangerBodyTests
{
    private const int Total = 1024 * 1024;
    private static readonly byte[] Form = RawHttp2.Field("content-type", "application/x-www-form-urlencoded");

    [Fact]
    public async Task Bodies_of_all_strangers_are_bounded_and_who_holds_most_gives_way()
    {
        await using var rig = await StartAsync();
        var bodies = rig.Server.Services.GetRequiredService<StrangerGate>().Bodies;
        using var some = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false);
        using var most = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false);
        await SendAsync(some, "/app", 1, 400_000);
        await SendAsync(most, "/app", 1, 500_000);
        await Deadline.UntilAsync(() => bodies.Bytes == 900_000, "both bodies are held");

        using var newcomer = await RawHttp2.ConnectAsync(rig.Address.Port, tls: false);
        await SendAsync(newcomer, "/app", 1, 300_000);

        await most.Closed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => bodies.Bytes == 700_000, "the newcomer has its place");
        Assert.False(some.Closed.IsCompleted);
        Assert.False(newcomer.Closed.IsCompleted);
        Assert.Equal(1, await LimitRig.ReachedAsync(rig, "body_bytes_total"));
        some.Dispose();
        newcomer.Dispose();
        await Deadline.UntilAsync(() => bodies.Bytes == 0, "all is given back");
    }

    /// <summary>What the application reads is not held: an upload to a public path may be larger than the limit.</summary>
    [Fact]
    public async Task An_upload_that_is_read_is_not_counted()
    {
        await using var rig = await StartAsync(("SKIP_AUTH_URLS", "/public"));
        using var connection = new Http2Connection(rig.Address);
        var request = connection.Request(HttpMethod.Post, "/public/upload", null);
        request.Content = new ByteArrayContent(new byte[5 * Total]);

        var answer = await connection.SendAsync(request);

        Assert.Equal(200, answer.Status);
        Assert.Equal(0, await LimitRig.ReachedAsync(rig, "body_bytes_total"));
    }

    private static async Task SendAsync(RawHttp2 connection, string path, int stream, int bytes)
    {
        await connection.RequestAsync(stream, "POST", path, GatewayRig.PublicHost, isEnd: false, Form);
        for (var left = bytes; left > 0; left -= 10_000)
        {
            await connection.SendAsync(RawHttp2.Frame(RawHttp2.Data, 0, stream, new byte[10_000]));
        }
    }

    private static Task<GatewayRig> StartAsync(params (string Name, string Value)[] more) => GatewayRig.StartAsync(settings: new Dictionary<string, string>(
        more.Concat([("SERVER_H2C", "true"), ("STRANGER_BODY_BYTES_TOTAL", $"{Total}")]).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))));
}
