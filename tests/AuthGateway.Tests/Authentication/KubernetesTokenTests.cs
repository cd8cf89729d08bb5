using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Authentication;

/// <summary>Kubernetes service-account tokens by TokenReview.</summary>
public class KubernetesTokenTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C65_service_account_token_gives_its_user_and_groups(GatewayMode door)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(door, cluster.Settings);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token());

        Assert.Equal(200, answer.Status);
        Assert.Equal([FakeCluster.User], Seen(rig, answer, "kubeflow-userid"));
        Assert.Equal(["system:serviceaccounts,system:serviceaccounts:team-a,system:authenticated"], Seen(rig, answer, "kubeflow-groups"));
        Assert.Equal(["header"], Seen(rig, answer, "Auth-Method"));
        Assert.Equal([FakeCluster.Audience], cluster.Reviews.Single()["spec"]!["audiences"]!.AsArray().Select(node => node!.GetValue<string>()));
    }

    /// <summary>A mesh that copies a claim into the header leaves it empty where the token has no such claim.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task D6_user_of_a_service_account_takes_the_place_of_an_empty_one(GatewayMode door)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(door, cluster.Settings);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token(), "kubeflow-userid:", "kubeflow-groups: ");

        Assert.Equal(200, answer.Status);
        Assert.Equal([FakeCluster.User], Seen(rig, answer, "kubeflow-userid"));
        Assert.Single(Seen(rig, answer, "kubeflow-groups"));
    }

    /// <summary>No request of a program goes on without a user.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task D6_service_account_is_refused_where_its_tokens_are_not_reviewed(GatewayMode door)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string>(cluster.Settings) { ["KUBERNETES_AUTHN_ENABLED"] = "false" });

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token(), "kubeflow-userid:");

        Assert.Equal(401, answer.Status);
        Assert.Empty(rig.Upstream.Requests);
        Assert.Empty(cluster.Reviews);
    }

    [Theory]
    [InlineData("foreign audience")]
    [InlineData("no audience")]
    [InlineData("expired")]
    [InlineData("no exp")]
    [InlineData("no service account")]
    public async Task C66_token_that_cannot_be_for_us_is_refused_without_a_call(string flaw)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);
        var token = cluster.Token(claims => _ = flaw switch
        {
            "foreign audience" => claims["aud"] = new JsonArray("https://kubernetes.default.svc"),
            "no audience" => claims.Remove("aud"),
            "expired" => claims["exp"] = TokenMint.Seconds(-1),
            "no exp" => claims.Remove("exp"),
            _ => claims["sub"] = "ann",
        });

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        Assert.Equal(401, answer.Status);
        Assert.Contains("invalid_token", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Empty(cluster.Reviews);
    }

    [Theory]
    [InlineData("another issuer")]
    [InlineData("our provider")]
    public async Task D24_token_of_another_issuer_is_never_reviewed(string issuer)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token(claims => claims["iss"] = issuer == "our provider" ? rig.Provider.Issuer : "https://other.example.test"));

        Assert.Equal(401, answer.Status);
        Assert.Empty(cluster.Reviews);
    }

    [Fact]
    public async Task D24_sessions_garbage_and_the_providers_tokens_are_never_reviewed()
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);
        var session = rig.SessionOf(await rig.LogInAsync());

        foreach (var value in new[] { session, "garbage", new string('g', 60), rig.Provider.IdToken(), rig.Provider.AccessToken(), Jwt.Encode(new byte[32]) })
        {
            await rig.SendAsync("GET", "/app", "Authorization: Bearer " + value);
        }

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token(), "Cookie: authservice_session=" + session)).Status);
        Assert.Empty(cluster.Reviews);
    }

    [Theory]
    [InlineData("audiences absent")]
    [InlineData("audiences empty")]
    [InlineData("audiences foreign")]
    [InlineData("not authenticated")]
    [InlineData("no answer whether")]
    [InlineData("no user")]
    [InlineData("empty user name")]
    [InlineData("user name with a line break")]
    public async Task Answer_that_does_not_name_us_and_a_user_is_refused(string flaw)
    {
        using var cluster = new FakeCluster();
        cluster.EditStatus = status => _ = flaw switch
        {
            "audiences absent" => status.Remove("audiences"),
            "audiences empty" => (status["audiences"] = new JsonArray()) is not null,
            "audiences foreign" => (status["audiences"] = new JsonArray("https://kubernetes.default.svc")) is not null,
            "not authenticated" => (status["authenticated"] = false) is not null,
            "no answer whether" => status.Remove("authenticated"),
            "no user" => status.Remove("user"),
            "empty user name" => (status["user"]!["username"] = "") is not null,
            _ => (status["user"]!["username"] = "a\r\nkubeflow-groups: admins") is not null,
        };
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
        Assert.Single(cluster.Reviews);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Theory]
    [InlineData("[invalid bearer token, Token has expired]")]
    [InlineData("[invalid bearer token, service account token has expired]")]
    public async Task D26_api_servers_word_for_expired_is_passed_on(string error)
    {
        using var cluster = new FakeCluster();
        cluster.EditStatus = status =>
        {
            status.Clear();
            status["user"] = new JsonObject();
            status["error"] = error;
        };
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token());

        Assert.Equal(401, answer.Status);
        Assert.Contains("token is expired", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 2)]
    public async Task D25_review_is_remembered_where_the_operator_says_so(string enabled, int reviews)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(cluster.Settings) { ["CACHE_ENABLED"] = enabled });
        var token = cluster.Token();

        await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        Assert.Equal(reviews, cluster.Reviews.Count);
    }

    [Fact]
    public async Task D25_remembered_review_ends_with_the_token()
    {
        using var cluster = new FakeCluster();
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(cluster.Settings) { ["CACHE_ENABLED"] = "true" }, clock: clock);
        var token = cluster.Token(claims => claims["exp"] = TokenMint.Seconds(60));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Prefix_and_transformers_apply_and_another_header_for_id_tokens_changes_nothing()
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(cluster.Settings)
        {
            ["USERID_PREFIX"] = "k8s/",
            ["USERID_TRANSFORMERS"] = """[{"matches":"^system:serviceaccount:","replaces":""}]""",
            ["ID_TOKEN_HEADER"] = "X-Id-Token",
        });

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: bearer " + cluster.Token())).Status);
        Assert.Equal("k8s/team-a:default-editor", rig.Upstream.Last.Header("kubeflow-userid"));
        Assert.Empty(rig.Upstream.Last.All("Authorization"));
    }

    [Fact]
    public async Task C67_switched_off_it_is_ready_without_a_cluster_and_without_a_word()
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(cluster.Settings) { ["KUBERNETES_AUTHN_ENABLED"] = "false" });

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
        Assert.Empty(cluster.Reviews);
        Assert.DoesNotContain("KUBERNETES_AUTHN_ENABLED", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 401, "Warning")]
    [InlineData("true", 503, "Error")]
    public async Task D39_without_a_cluster_it_switches_itself_off_and_says_so_once(string? setting, int status, string level)
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: setting is null ? null : new Dictionary<string, string> { ["KUBERNETES_AUTHN_ENABLED"] = setting });

        Assert.Equal(status, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
        var line = Assert.Single(rig.Log.Lines, line => line.Contains("KUBERNETES_AUTHN_ENABLED", StringComparison.Ordinal));
        Assert.StartsWith(level, line, StringComparison.Ordinal);
    }

    /// <summary>What the application gets: in-line from the gateway, else by Envoy from the check's answer.</summary>
    private static IReadOnlyList<string> Seen(GatewayRig rig, RawResponse answer, string name) =>
        rig.Upstream.Requests.LastOrDefault()?.All(name) ?? answer.All(name);
}
