using System.Globalization;
using System.Text.Json.Nodes;
using AuthGateway.Authentication;
using AuthGateway.Authentication.Bearer;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Outgoing;

namespace AuthGateway.Tests.Authentication;

/// <summary>The API server as a pod finds it, and what is made of its answers.</summary>
public sealed class ClusterPodTests : IDisposable
{
    private readonly ClusterFolder _folder = new();

    public ClusterPodTests() => _folder.WriteAuthority(_folder.Authority);

    [Fact]
    public async Task Pods_token_and_authority_are_used()
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        using var cluster = _folder.Open(Pod(server));

        Assert.True((await cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken)).Authenticated);
        Assert.Equal("Bearer token-of-a-file", server.Calls.Single().Authorization);
    }

    [Theory]
    [InlineData("10.0.0.1", "443", "https://10.0.0.1/")]
    [InlineData("fd00:10:96::1", "6443", "https://[fd00:10:96::1]:6443/")]
    [InlineData("[fd00:10:96::1]", "6443", "https://[fd00:10:96::1]:6443/")]
    [InlineData("api.cluster.local", "443", "https://api.cluster.local/")]
    public void Address_is_made_of_host_and_port(string host, string port, string address) =>
        Assert.Equal(address, new ClusterPod(_folder.Path, host, port).Open().Server.AbsoluteUri);

    [Fact]
    public async Task Token_that_the_kubelet_replaced_is_shown_at_once_and_a_file_that_is_gone_leaves_the_last_one()
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        using var cluster = _folder.Open(Pod(server));
        await cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken);

        _folder.Write("token", "the-next-token");
        await cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(_folder.Path, "token"));
        await cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken);

        Assert.Equal(["Bearer token-of-a-file", "Bearer the-next-token", "Bearer the-next-token"], server.Calls.Select(call => call.Authorization));
    }

    [Fact]
    public async Task Authority_that_was_replaced_counts_without_a_restart()
    {
        var next = new TestAuthority("Next");
        await using var server = await FakeApiServer.StartAsync(next.Server());
        using var cluster = _folder.Open(Pod(server));
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken));

        _folder.WriteAuthority(next);

        await Deadline.UntilAsync(async () => await TryAsync(cluster), "the new authority is believed", seconds: 20);
    }

    [Theory]
    [InlineData(null, "443", true)]
    [InlineData("10.0.0.1", null, true)]
    [InlineData("10.0.0.1", "443", false)]
    public void Outside_a_pod_there_is_no_cluster(string? host, string? port, bool hasToken)
    {
        if (!hasToken)
        {
            File.Delete(Path.Combine(_folder.Path, "token"));
        }

        Assert.Null(_folder.Open(out var reason, new ClusterPod(_folder.Path, host, port)));
        Assert.Equal("neither KUBECONFIG nor a pod's service account is there", reason);
    }

    [Theory]
    [InlineData("10.0.0.1", "tcp://10.0.0.1:443")]
    [InlineData("a b", "443")]
    public void Variables_that_are_no_host_and_port_are_named(string host, string port)
    {
        Assert.Null(_folder.Open(out var reason, new ClusterPod(_folder.Path, host, port)));
        Assert.Equal("the pod's service account cannot be read (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no host and port)", reason);
    }

    [Fact]
    public async Task Issuer_is_that_of_the_pods_own_token_and_nobody_is_asked()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        _folder.Write("token", Jwt.SignRs256(new JsonObject { ["alg"] = "RS256" }, new JsonObject { ["iss"] = "https://issuer.cluster", ["sub"] = "system:serviceaccount:auth:gateway" }, key));
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        using var cluster = _folder.Open(Pod(server));

        Assert.Equal("https://issuer.cluster", await cluster.IssuerAsync(TestContext.Current.CancellationToken));
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task Token_of_another_kind_does_not_tell_the_clusters_issuer()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        _folder.Write("token", Jwt.SignRs256(new JsonObject { ["alg"] = "RS256" }, new JsonObject { ["iss"] = "https://idp.example", ["sub"] = "ann" }, key));
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        using var cluster = _folder.Open(Pod(server));

        Assert.Equal("", await cluster.IssuerAsync(TestContext.Current.CancellationToken));
        Assert.Equal("/.well-known/openid-configuration", server.Calls.Single().Path);
    }

    [Theory]
    [InlineData("{}", "the API server's answer has no status")]
    [InlineData("null", "the API server's answer has no status")]
    [InlineData("<html>", "the API server's answer is no TokenReview")]
    [InlineData("", "the API server's answer is no TokenReview")]
    [InlineData("""{"status":{"authenticated":"true"}}""", "the API server's answer is no TokenReview")]
    [InlineData("""{"status":{"authenticated":true,"user":{"username":"ann","groups":"admins"}}}""", "the API server's answer is no TokenReview")]
    public async Task Answer_that_is_no_review_is_no_answer(string body, string sentence)
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        server.Body = body;
        using var cluster = _folder.Open(Pod(server));

        var failure = await Assert.ThrowsAsync<RemoteUnavailableException>(() => cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken));

        Assert.Equal(sentence, failure.Message);
    }

    [Fact]
    public async Task Answer_that_is_too_long_is_not_read()
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        server.Body = new string(' ', TokenReviewClient.MaxAnswer) + "{}";
        using var cluster = _folder.Open(Pod(server));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken));

        Assert.Equal("sent an answer that is too long", AuthGateway.Outgoing.OutgoingFailure.Describe(failure));
    }

    [Fact]
    public async Task Gateway_in_a_pod_accepts_a_service_account()
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        using var tokens = new FakeCluster();
        server.Body = $$$"""{"status":{"authenticated":true,"user":{"username":"{{{FakeCluster.User}}}"},"audiences":["{{{FakeCluster.Audience}}}"]}}""";
        await using var rig = await GatewayRig.StartAsync(services: services => services.AddSingleton(Pod(server)));

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + tokens.Token())).Status);
        Assert.Equal(FakeCluster.User, rig.Upstream.Last.Header("kubeflow-userid"));
    }

    public void Dispose() => _folder.Dispose();

    private ClusterPod Pod(FakeApiServer server) => new(_folder.Path, "127.0.0.1", server.Address.Port.ToString(CultureInfo.InvariantCulture));

    private static async Task<bool> TryAsync(TokenReviewClient cluster)
    {
        try
        {
            return (await cluster.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken)).Authenticated == true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
