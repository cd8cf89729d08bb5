using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests;

/// <summary>A user of very many groups behind the real Envoy: let in while the answer fits, told on a page when it does not. Never Envoy's empty 403.</summary>
public sealed class ManyGroupsTests(GatewayBinary binary)
{
    [Theory]
    [InlineData(1400, "", 200)]
    [InlineData(2500, "", 403)]
    [InlineData(2500, "*-00?1", 200)]
    public async Task User_of_many_groups_is_let_in_or_told(int count, string filter, int status)
    {
        EnvoyProxy.Home();
        await using var provider = await FakeProvider.StartAsync();
        provider.User = ProviderUser.Alice with { Groups = [.. Enumerable.Range(0, count).Select(i => $"a-group-of-thirty-six-characters{i:0000}")] };
        using var upstream = new EchoUpstream();
        var (publicPort, port) = (Ports.Free(), Ports.Free());
        var launch = new GatewayLaunch { Port = port, Environment = Settings(provider, port, filter) };
        await using var gateway = await GatewayProcess.StartAsync(binary, launch);
        await using var envoy = await EnvoyProxy.StartAsync(publicPort, port, launch.WebPort, upstream.Address.Port);
        var (session, _) = await StoreGateway.LogInAsync(gateway);

        var answer = await RawClient.OnceAsync(
            new Uri($"http://127.0.0.1:{publicPort}"),
            $"GET /app HTTP/1.1\r\nHost: {StoreGateway.PublicHost}\r\nAccept: text/html\r\nConnection: close\r\nCookie: authservice_session={session}\r\n\r\n");

        Assert.Equal(status, answer.Status);
        if (status == 403)
        {
            Assert.Contains("2500 groups", answer.Text, StringComparison.Ordinal);
            Assert.Contains("GROUPS_HEADER_FILTER", answer.Text, StringComparison.Ordinal);
            Assert.Contains("alice@example.test is refused: 2500 groups", gateway.Log, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("alice@example.test", upstream.Last.Header("kubeflow-userid"));
        }
    }

    private static Dictionary<string, string> Settings(FakeProvider provider, int port, string filter) => new()
    {
        ["OIDC_PROVIDER"] = provider.Issuer,
        ["OIDC_SCOPES"] = "profile email",
        ["CLIENT_ID"] = FakeProvider.ClientId,
        ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
        ["PUBLIC_URL"] = StoreGateway.PublicUrl,
        ["SERVER_HOSTNAME"] = "127.0.0.1",
        ["SERVER_PORT"] = $"{port}",
        ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,kubeflow-groups",
        ["GROUPS_HEADER_FILTER"] = filter,
    };
}
