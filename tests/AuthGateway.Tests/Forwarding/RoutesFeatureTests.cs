namespace AuthGateway.Tests.Forwarding;

/// <summary>X4: matching, load balancing, session affinity and hosts of a <c>ROUTES_FILE</c> work as YARP documents them, behind the decision.</summary>
public class RoutesFeatureTests
{
    [Fact]
    public async Task Route_is_chosen_by_everything_that_a_match_may_say()
    {
        static string Route(string name, int order, string match) =>
            $$"""
            "{{name}}": { "ClusterId": "app", "Order": {{order}}, "Match": { {{match}} }, "Transforms": [ { "RequestHeader": "X-Route", "Set": "{{name}}" } ] }
            """;
        await using var rig = await ForwardingRig.WithFileAsync($$"""
            {
              "Routes": {
                {{Route("method", 1, "\"Path\": \"/m/{**r}\", \"Methods\": [ \"PUT\", \"PATCH\" ]")}},
                {{Route("host", 2, "\"Path\": \"/h/{**r}\", \"Hosts\": [ \"other.example.test\" ]")}},
                {{Route("query", 3, "\"Path\": \"/q/{**r}\", \"QueryParameters\": [ { \"Name\": \"a\", \"Values\": [ \"One\" ], \"Mode\": \"Prefix\", \"IsCaseSensitive\": true } ]")}},
                {{Route("header", 4, "\"Path\": \"/k/{**r}\", \"Headers\": [ { \"Name\": \"X-Kind\", \"Values\": [ \"Big\" ], \"Mode\": \"Contains\", \"IsCaseSensitive\": true } ]")}},
                {{Route("exists", 5, "\"Path\": \"/k/{**r}\", \"Headers\": [ { \"Name\": \"X-Other\", \"Mode\": \"Exists\" } ]")}},
                {{Route("rest", 9, "\"Path\": \"{**r}\"")}}
              },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "UPSTREAM" } } } }
            }
            """);
        (string Method, string Target, string Line, string Route)[] rows =
        [
            ("PUT", "/m/x", "Content-Length: 0", "method"), ("GET", "/m/x", "X-A: 1", "rest"), ("GET", "/h/x", "X-A: 1", "rest"),
            ("GET", "/q/x?a=Oneself", "X-A: 1", "query"), ("GET", "/q/x?a=oneself", "X-A: 1", "rest"), ("GET", "/q/x?a=two", "X-A: 1", "rest"),
            ("GET", "/k/x", "X-Kind: a-Big-one", "header"), ("GET", "/k/x", "X-Kind: a-big-one", "rest"), ("GET", "/k/x", "X-Other: 1", "exists"),
        ];
        foreach (var (method, target, line, route) in rows)
        {
            Assert.Equal(200, (await rig.SendAsync(method, target, line)).Status);
            Assert.Equal((target, line, route), (target, line, rig.Upstream.Last.Header("X-Route")));
        }

        await rig.SendFromAsync("127.0.0.1", "/h/x", rig.Cookie, "Host: other.example.test");
        Assert.Equal("host", rig.Upstream.Last.Header("X-Route"));
    }

    [Theory]
    [InlineData("RoundRobin", 5, 5)]
    [InlineData("FirstAlphabetical", 10, 0)]
    [InlineData("LeastRequests", -1, -1)]
    [InlineData("PowerOfTwoChoices", -1, -1)]
    [InlineData("Random", -1, -1)]
    public async Task Load_balancing_goes_by_its_policy(string policy, int first, int second)
    {
        using var other = new EchoUpstream();
        await using var rig = await TwoAsync(other, $"\"LoadBalancingPolicy\": \"{policy}\"");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);
        }

        Assert.Equal(10, rig.Upstream.Requests.Count + other.Requests.Count);
        if (first >= 0)
        {
            Assert.Equal((first, second), (rig.Upstream.Requests.Count, other.Requests.Count));
        }
    }

    [Theory]
    [InlineData("HashCookie")]
    [InlineData("ArrCookie")]
    [InlineData("Cookie")]
    [InlineData("CustomHeader")]
    public async Task Session_affinity_keeps_a_browser_at_its_destination(string policy)
    {
        using var other = new EchoUpstream();
        await using var rig = await TwoAsync(other, $$"""
            "LoadBalancingPolicy": "RoundRobin", "SessionAffinity": { "Enabled": true, "Policy": "{{policy}}", "AffinityKeyName": "X-Mine" }
            """);
        var first = await rig.SendAsync("GET", "/x");
        var key = policy == "CustomHeader" ? "X-Mine: " + first.Header("X-Mine") : $"{rig.Cookie}; {first.SetCookies.Single(line => line.StartsWith("X-Mine=", StringComparison.Ordinal)).Split(';')[0]}";
        var before = (rig.Upstream.Requests.Count, other.Requests.Count);

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(200, (await rig.Gateway.SendAsync("GET", "/x", policy == "CustomHeader" ? [rig.Cookie, key] : [key])).Status);
        }

        var after = (rig.Upstream.Requests.Count, other.Requests.Count);
        Assert.Contains(after, new[] { (before.Item1 + 6, before.Item2), (before.Item1, before.Item2 + 6) });
    }

    [Fact]
    public async Task Affinity_cookie_is_as_written()
    {
        using var other = new EchoUpstream();
        await using var rig = await TwoAsync(other, """
            "SessionAffinity": { "Enabled": true, "Policy": "HashCookie", "AffinityKeyName": "mine", "Cookie": {
              "Path": "/deep", "Domain": "example.test", "HttpOnly": false, "SecurePolicy": "Always", "SameSite": "Strict", "Expiration": "1.00:00:00", "MaxAge": "00:10:00", "IsEssential": true } }
            """);

        var cookie = (await rig.SendAsync("GET", "/x")).SetCookies.Single(line => line.StartsWith("mine=", StringComparison.Ordinal)).ToLowerInvariant();

        foreach (var part in new[] { "; path=/deep", "; domain=example.test", "; secure", "; samesite=strict", "; max-age=600", "; expires=" })
        {
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("httponly", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Return503Error", 503)]
    [InlineData("Redistribute", 200)]
    public async Task Lost_destination_is_an_error_or_another_one_as_written(string policy, int status)
    {
        using var other = new EchoUpstream();
        await using var rig = await TwoAsync(other, $$"""
            "SessionAffinity": { "Enabled": true, "Policy": "HashCookie", "FailurePolicy": "{{policy}}", "AffinityKeyName": "mine" }
            """);

        Assert.Equal(status, (await rig.Gateway.SendAsync("GET", "/x", rig.Cookie + "; mine=0123456789abcdef")).Status);
    }

    [Theory]
    [InlineData("", "", GatewayRig.PublicHost)]
    [InlineData("app.internal", "", "app.internal")]
    [InlineData("app.internal", "{ \"RequestHeaderOriginalHost\": \"true\" }", GatewayRig.PublicHost)]
    [InlineData("app.internal", "{ \"RequestHeaderOriginalHost\": \"false\" }", "app.internal")]
    [InlineData("", "{ \"RequestHeaderOriginalHost\": \"false\" }", "UP")]
    [InlineData("app.internal", "{ \"RequestHeader\": \"Host\", \"Set\": \"written.example\" }", "written.example")]
    public async Task Host_is_the_clients_the_destinations_or_a_transforms(string destination, string transform, string seen)
    {
        await using var rig = await ForwardingRig.WithFileAsync($$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" }, "Transforms": [ {{transform}} ] } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "UPSTREAM", "Host": "{{destination}}" } } } }
            }
            """);

        await rig.SendAsync("GET", "/x");

        Assert.Equal([seen.Replace("UP", rig.Upstream.Address.Authority, StringComparison.Ordinal)], rig.Upstream.Last.All("Host"));
    }

    [Fact]
    public async Task Names_and_notes_change_nothing()
    {
        await using var rig = await ForwardingRig.WithFileAsync("""
            {
              "$schema": "https://example.test/yarp",
              "ReverseProxy": {
                "Routes": { "app": { "ClusterId": "APP", "Metadata": { "note": "1" }, "Match": { "Path": "{**rest}" } } },
                "Clusters": { "app": { "Metadata": { "note": "2" }, "Destinations": { "one": { "Address": "UPSTREAM", "Metadata": { "note": "3" } } } } }
              },
              "Logging": { "LogLevel": { "Default": "Debug" } }
            }
            """);

        Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);
    }

    private static Task<ForwardingRig> TwoAsync(EchoUpstream other, string cluster) => ForwardingRig.WithFileAsync($$"""
        {
          "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
          "Clusters": { "app": { {{cluster}}, "Destinations": { "a": { "Address": "UPSTREAM" }, "b": { "Address": "{{other.Address}}" } } } }
        }
        """);
}
