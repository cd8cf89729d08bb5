using System.Net;
using System.Net.Sockets;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Outgoing;

/// <summary>Who is called through the proxy of the provider, and what is said when the proxy fails (D1, D2).</summary>
public class ProxyRouteTests
{
    [Fact]
    public async Task D1_token_review_never_goes_through_the_proxy()
    {
        using var cluster = new FakeCluster();
        File.WriteAllText(cluster.KubeConfig, (await File.ReadAllTextAsync(cluster.KubeConfig)).Replace(cluster.Address.Host, "api.test", StringComparison.Ordinal));
        var settings = new Dictionary<string, string>(cluster.Settings) { ["HTTPS_PROXY"] = "http://127.0.0.1:1", ["HTTP_PROXY"] = "http://127.0.0.1:1" };
        await using var rig = await GatewayRig.StartAsync(settings: settings, names: [IPAddress.Loopback]);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
    }

    [Fact]
    public async Task D2_the_provider_is_called_through_the_proxy_unless_NO_PROXY_names_it()
    {
        await using var provider = await FakeProvider.StartAsync();
        var settings = new Dictionary<string, string> { ["OIDC_PROVIDER"] = $"http://idp.corp.test:{provider.Address.Port}", ["OIDC_ISSUER"] = provider.Issuer, ["HTTP_PROXY"] = "http://127.0.0.1:1" };
        await using (var rig = await GatewayRig.StartAsync(settings: settings, provider: provider, waitUntilReady: false, names: [IPAddress.Loopback]))
        {
            const string sentence = "cannot be reached through the proxy http://127.0.0.1:1 (HTTPS_PROXY): no connection to 127.0.0.1:1 (tried 127.0.0.1: connection refused)";
            await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(sentence, StringComparison.Ordinal), sentence + "\n" + rig.Log.Text);
        }

        await using var again = await FakeProvider.StartAsync(provider.Address.Port);
        settings["NO_PROXY"] = "10.0.0.0/8,corp.test";
        await using var direct = await GatewayRig.StartAsync(settings: settings, provider: again, names: [IPAddress.Loopback]);
        Assert.Equal(200, (await direct.ProbeAsync("/readyz")).Status);
    }

    [Fact]
    public async Task D2_a_proxy_that_refuses_the_tunnel_is_named()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        _ = RefuseAsync(proxy);
        var address = $"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}";
        var settings = new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.corp.test", ["HTTPS_PROXY"] = address };
        await using var rig = await GatewayRig.StartAsync(settings: settings, waitUntilReady: false);

        var sentence = $"cannot be reached: the proxy {address} (HTTPS_PROXY) refused the connection (status 403); allow the server there, or name it in NO_PROXY";
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(sentence, StringComparison.Ordinal), sentence + "\n" + rig.Log.Text);
    }

    private static async Task RefuseAsync(TcpListener proxy)
    {
        try
        {
            while (true)
            {
                using var client = await proxy.AcceptTcpClientAsync();
                await client.GetStream().ReadAtLeastAsync(new byte[4096], 1);
                await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
