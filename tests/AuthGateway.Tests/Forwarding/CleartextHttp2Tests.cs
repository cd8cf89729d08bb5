using System.Net;

namespace AuthGateway.Tests.Forwarding;

/// <summary>X10: <c>SERVER_H2C</c> takes HTTP/2 without TLS beside HTTP/1.1; without it nothing changes.</summary>
public class CleartextHttp2Tests
{
    [Fact]
    public async Task Both_versions_are_served_on_one_port()
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["SERVER_H2C"] = "true" });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        for (var i = 0; i < 3; i++)
        {
            using var request = rig.Call("/app");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        }

        Assert.Equal(["alice@example.test"], rig.Upstream.Last.AllFolded("kubeflow-userid"));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app")).Status);
    }

    [Theory]
    [InlineData("PRI * HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("P")]
    public async Task What_only_begins_like_http_2_is_http_1(string bytes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["SERVER_H2C"] = "true" });
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
        await client.SendAsync(bytes);
        await client.SendAsync(bytes.Length == 1 ? $"OST /public/x HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nContent-Length: 0\r\n\r\n" : "");

        Assert.Equal(bytes.Length == 1 ? 200 : 405, (await client.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Without_the_setting_it_is_refused_as_before()
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = rig.Call("/app");

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Refusal_of_a_call_is_a_grpc_status()
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes: false, new() { ["SERVER_H2C"] = "true" });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = rig.Call("/echo.Echo/Say");
        request.Headers.Remove("Cookie");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("16", Assert.Single(answer.Headers.GetValues("grpc-status")));
    }
}
