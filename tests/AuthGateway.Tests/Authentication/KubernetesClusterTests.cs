namespace AuthGateway.Tests.Authentication;

/// <summary>Kubernetes tokens while the cluster does not answer, tells less or is not configured.</summary>
public sealed class KubernetesClusterTests
{
    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task Api_server_that_does_not_answer_lets_nobody_in(int status)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);
        if (status == 0)
        {
            cluster.Stop();
        }
        else
        {
            cluster.AnswerReviews(status);
        }

        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
        Assert.Empty(rig.Upstream.Requests);
        Assert.Equal(status == 403, rig.Log.Text.Contains("manifests/kubernetes-tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_cluster_does_not_tell_its_issuer_the_review_decides()
    {
        using var cluster = new FakeCluster();
        cluster.AnswerDiscovery(403);
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
    }

    [Theory]
    [InlineData("not yaml: [")]
    [InlineData("apiVersion: v1\nkind: Config\n")]
    [InlineData(null)]
    public async Task Broken_kubeconfig_does_not_end_the_process(string? text)
    {
        using var folder = new TempFolder();
        if (text is not null)
        {
            await File.WriteAllTextAsync(folder.File("kubeconfig"), text, TestContext.Current.CancellationToken);
        }

        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["KUBECONFIG"] = folder.File("kubeconfig") });

        Assert.Contains($"KUBERNETES_AUTHN_ENABLED: Kubernetes tokens are not accepted: KUBECONFIG {folder.File("kubeconfig")} cannot be read (", rig.Log.Text, StringComparison.Ordinal);
    }
}
