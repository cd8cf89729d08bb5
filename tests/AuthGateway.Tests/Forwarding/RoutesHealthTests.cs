namespace AuthGateway.Tests.Forwarding;

/// <summary>X4: active and passive health of a <c>ROUTES_FILE</c>'s clusters.</summary>
public class RoutesHealthTests
{
    private const string Ill = "HTTP/1.1 500 Ill\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Active_probe_takes_a_destination_out()
    {
        using var bad = new EchoUpstream();
        using var probed = new EchoUpstream();
        bad.Answers["/health"] = Ill;
        await using var rig = await ForwardingRig.WithFileAsync(File($$"""
            "LoadBalancingPolicy": "RoundRobin",
            "HealthCheck": { "Active": { "Enabled": true, "Interval": "00:00:00.200", "Timeout": "00:00:05", "Policy": "ConsecutiveFailures", "Path": "/health", "Query": "?deep=1" } },
            "Destinations": { "good": { "Address": "UPSTREAM", "Health": "{{probed.Address}}" }, "bad": { "Address": "{{bad.Address}}" } }
            """));

        // Two failures in a row are enough (the policy's default).
        await Deadline.UntilAsync(() => bad.Requests.Count(request => request.Target == "/health?deep=1") > 3 && !probed.Requests.IsEmpty, "probes");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await rig.SendAsync("GET", "/x")).Status);
        }

        Assert.Equal(10, rig.Upstream.Requests.Count(request => request.Target == "/x"));
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Target.StartsWith("/health", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_take_a_destination_out_for_its_time()
    {
        await using var rig = await ForwardingRig.WithFileAsync(File("""
            "LoadBalancingPolicy": "RoundRobin",
            "HealthCheck": { "Passive": { "Enabled": true, "Policy": "TransportFailureRate", "ReactivationPeriod": "00:02:00" } },
            "Metadata": { "TransportFailureRateHealthPolicy.RateLimit": "0.3" },
            "Destinations": { "good": { "Address": "UPSTREAM" }, "bad": { "Address": "http://127.0.0.1:1/" } }
            """));
        async Task<bool> AllPassAsync()
        {
            for (var i = 0; i < 8; i++)
            {
                if ((await rig.SendAsync("GET", "/x")).Status != 200)
                {
                    return false;
                }
            }

            return true;
        }

        await Deadline.UntilAsync(AllPassAsync, "only the good one is asked");

        // Less than the policy's window of a minute is raised to it.
        Assert.Contains("scheduled for a reactivation in `00:02:00`", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HealthyAndUnknown", 503)]
    [InlineData("HealthyOrPanic", 200)]
    public async Task Without_a_healthy_destination_the_policy_decides(string policy, int status)
    {
        using var ill = new EchoUpstream();
        ill.Answers["/health"] = Ill;
        await using var rig = await ForwardingRig.WithFileAsync(File($$"""
            "HealthCheck": { "AvailableDestinationsPolicy": "{{policy}}", "Active": { "Enabled": true, "Interval": "00:00:00.100", "Policy": "ConsecutiveFailures", "Path": "/health" } },
            "Destinations": { "one": { "Address": "{{ill.Address}}" } }
            """));

        await Deadline.UntilAsync(() => ill.Requests.Count > 4, "probes");

        var answer = await rig.SendAsync("GET", "/x", "Accept: application/json");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 503, answer.Text == "The application does not answer.\n");
    }

    private static string File(string cluster) => $$"""
        {
          "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
          "Clusters": { "app": { {{cluster}} } }
        }
        """;
}
