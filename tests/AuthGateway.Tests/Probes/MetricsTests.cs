using System.Net;
using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Probes;

/// <summary><c>/metrics</c>: what it counts, what it never shows, and that the documentation knows every name.</summary>
public partial class MetricsTests
{
    [Fact]
    public async Task Logins_refusals_and_sessions_are_counted_and_nobody_is_named()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.SendAsync("GET", "/app", "Accept: application/json");
        await rig.SendAsync("POST", "/authservice/backchannel-logout", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 14");

        var text = await ScrapeAsync(rig);

        Assert.Equal("1", Value(text, """authgateway_logins_total{.*result="ok".*}"""));
        Assert.Equal("1", Value(text, """authgateway_refusals_total{.*status="401".*}"""));
        Assert.Equal("1", Value(text, "authgateway_sessions_in_memory({.*})?"));
        Assert.Equal("1", Value(text, "authgateway_ready({.*})?"));
        Assert.Equal("1", Value(text, "authgateway_store_up({.*})?"));
        Assert.DoesNotContain("alice", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(session, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_login_is_counted_by_the_code_of_its_page()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.SendAsync("GET", "/authservice/oidc/callback?code=x&state=nobodys", "Accept: text/html");

        Assert.Matches("""authgateway_logins_total{.*result="[a-z_]+".*} 1""", await ScrapeAsync(rig));
    }

    [Fact]
    public async Task Every_metric_stands_in_the_documentation()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.LogInAsync();
        await rig.SendAsync("GET", "/app", "Accept: application/json");
        var documented = Repository.Read("docs/metrics.md");

        var names = Names().Matches(await ScrapeAsync(rig)).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Superset(new HashSet<string> { "authgateway_logins_total", "authgateway_refusals_total", "authgateway_ready" }, names);
        Assert.All(names, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_port_of_its_own_serves_them_alone()
    {
        var port = Ports.Free();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["METRICS_PORT"] = $"{port}" });

        var own = await RawClient.OnceAsync(new Uri($"http://127.0.0.1:{port}"), "GET /metrics HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n");

        Assert.Contains("authgateway_ready", own.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await RawClient.OnceAsync(new Uri($"http://127.0.0.1:{port}"), "GET /readyz HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n")).Status);
        Assert.DoesNotContain("authgateway_ready", (await rig.ProbeAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    private static async Task<string> ScrapeAsync(GatewayRig rig)
    {
        var answer = await rig.ProbeAsync("/metrics");
        Assert.Equal((int)HttpStatusCode.OK, answer.Status);
        return answer.Text;
    }

    private static string Value(string text, string line) => Regex.Match(text, $"^{line} (\\S+)", RegexOptions.Multiline) is { Success: true } found ? found.Groups[^1].Value : "absent in\n" + text;

    [GeneratedRegex("^# TYPE (authgateway_\\w+)", RegexOptions.Multiline)]
    private static partial Regex Names();
}
