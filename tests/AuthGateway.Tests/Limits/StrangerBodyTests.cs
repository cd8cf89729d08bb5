using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using AuthGateway.Tests.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>Bodies that strangers send over HTTP/2 for answers that they do not read (U2, U9).</summary>
public class StrangerBodyTests
{
    private const int Total = 1024 * 1024;

    [Fact]
    public async Task Bodies_of_all_strangers_are_bounded_until_they_are_read_or_their_request_ends()
    {
        await using var rig = await StartAsync();
        var bodies = rig.Server.Services.GetRequiredService<StrangerGate>().Bodies;
        var connection = new ClientConnection(ListenerKind.Main, null) { IsHttp2 = true };
        bodies.Open(connection, 1);
        bodies.Open(connection, 3);

        Assert.True(await bodies.HoldAsync(connection, 1, Total - 1000, TestContext.Current.CancellationToken));
        Assert.False(await bodies.HoldAsync(connection, 3, 2000, TestContext.Current.CancellationToken));
        bodies.Read(connection, 1, 1000);
        Assert.True(await bodies.HoldAsync(connection, 3, 2000, TestContext.Current.CancellationToken));
        bodies.Close(connection, 1);
        Assert.Equal((2000, 2000), (bodies.Bytes, connection.BodyBytes));
        Assert.True(await bodies.HoldAsync(connection, 1, 5000, TestContext.Current.CancellationToken));
        bodies.CloseAll(connection);
        Assert.Equal((0, 0), (bodies.Bytes, connection.BodyBytes));
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

    private static Task<GatewayRig> StartAsync(params (string Name, string Value)[] more) => GatewayRig.StartAsync(settings: new Dictionary<string, string>(
        more.Concat([("SERVER_H2C", "true"), ("STRANGER_BODY_BYTES_TOTAL", $"{Total}")]).Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))));
}
