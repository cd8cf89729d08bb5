using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Observability;

namespace AuthGateway.Tests.ExtAuthz;

/// <summary>A proxy or a port that does not fit the settings: a sentence in the answer and one line in the log, both with the setting's name.</summary>
public sealed class PeerWarningTests
{
    private static readonly string[] Check = ["X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: /app", "Accept: text/html"];

    [Fact]
    public async Task Forward_auth_of_a_proxy_that_is_not_trusted_names_the_peer_and_the_setting_once_in_the_log()
    {
        await using var rig = await GatewayRig.StartAsync();

        for (var i = 0; i < 3; i++)
        {
            var answer = await rig.SendAsync("GET", "/authservice/forward-auth", Check);
            Assert.Equal(403, answer.Status);
            Assert.All(["127.0.0.1", "TRUSTED_PROXIES"], text => Assert.Contains(text, answer.Text, StringComparison.Ordinal));
        }

        Assert.Single(rig.Log.Lines, line => line.Contains("A check at forward-auth came from 127.0.0.1, which is not in TRUSTED_PROXIES", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X-Original-URI: /public")]
    [InlineData("X-Forwarded-Uri: /public")]
    [InlineData("X-Original-URL: https://gw.example.test/public")]
    public async Task Verify_of_a_proxy_that_is_not_trusted_is_a_line_in_the_log(string header)
    {
        await using var rig = await GatewayRig.StartAsync();

        var unread = await rig.SendAsync("GET", "/authservice/verify", header);
        await rig.SendAsync("GET", "/authservice/verify", header);

        Assert.Equal(401, unread.Status);
        Assert.Single(rig.Log.Lines, line => line.Contains("A check at verify came from 127.0.0.1, which is not in TRUSTED_PROXIES: " + header.Split(':')[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_that_names_no_path_or_has_it_in_its_address_is_no_warning()
    {
        await using var rig = await GatewayRig.StartAsync();

        await rig.SendAsync("GET", "/authservice/verify");
        await rig.SendAsync("GET", "/authservice/verify/app", "X-Original-URI: /app");

        Assert.DoesNotContain("TRUSTED_PROXIES", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "X-Forwarded-Method")]
    [InlineData(1, "X-Forwarded-Proto")]
    [InlineData(2, "X-Forwarded-Host")]
    [InlineData(3, "X-Forwarded-Uri")]
    public async Task Check_of_a_trusted_proxy_that_lacks_a_header_is_told_which(int missing, string name)
    {
        await using var rig = await GatewayRig.StartAsync(settings: Trusting());

        var answer = await rig.SendAsync("GET", "/authservice/forward-auth", [.. Check.Where((_, index) => index != missing)]);

        Assert.Equal(403, answer.Status);
        Assert.StartsWith($"Forbidden: {name} of this check", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("TRUSTED_PROXIES", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_that_contradicts_itself_is_told_so()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Trusting());

        var answer = await rig.SendAsync("GET", "/authservice/verify", "X-Original-URI: /a", "X-Forwarded-Uri: /b");

        Assert.Equal(403, answer.Status);
        Assert.All(["X-Original-URI", "X-Forwarded-Uri"], name => Assert.Contains(name, answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_of_envoy_on_the_port_that_forwards_nothing_name_EXT_AUTHZ_PORT()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["EXT_AUTHZ_PORT"] = "0" });

        var first = await rig.SendAsync("GET", "/app", "x-envoy-internal: true", "x-envoy-expected-rq-timeout-ms: 10000", "Content-Length: 0");
        await rig.SendAsync("GET", "/other");

        Assert.Equal(404, first.Status);
        Assert.All(["EXT_AUTHZ_PORT", "UPSTREAM_URL"], name => Assert.Contains(name, first.Text, StringComparison.Ordinal));
        Assert.Single(rig.Log.Lines, line => line.Contains("neither UPSTREAM_URL nor ROUTES_FILE is set", StringComparison.Ordinal) && line.Contains("127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forward_auth_on_the_port_of_envoys_checks_names_EXT_AUTHZ_PORT()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, Trusting());

        var answer = await rig.SendAsync("GET", "/authservice/forward-auth", Check);
        await rig.SendAsync("GET", "/authservice/forward-auth", Check);

        Assert.Equal((404, "text/plain; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Contains("EXT_AUTHZ_PORT", answer.Text, StringComparison.Ordinal);
        Assert.Single(rig.Log.Lines, line => line.Contains("asked for forward-auth on the port of Envoy's ext_authz checks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Browser_at_the_port_of_envoys_checks_gets_a_page_that_names_UPSTREAM_URL_and_envoy_the_empty_200()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var browser = rig.NewBrowser();

        var (page, _) = await browser.VisitAsync(rig.PublicUrl + "/app");
        browser.NavigationHeaders = [.. browser.NavigationHeaders, new("x-envoy-internal", "true"), new("x-envoy-expected-rq-timeout-ms", "10000")];
        var check = await browser.GetAsync(rig.PublicUrl + "/app");
        var script = await browser.FetchAsync(rig.PublicUrl + "/app");

        Assert.Equal((200, "no_upstream"), (page.Status, page.ErrorCode));
        Assert.Contains("UPSTREAM_URL", page.Text, StringComparison.Ordinal);
        Assert.Equal(["alice@example.test"], page.All("kubeflow-userid"));
        Assert.All([check, script], answer => Assert.Equal((200, ""), (answer.Status, answer.Text)));
        Assert.Single(rig.Log.Lines, line => line.Contains("A browser came from 127.0.0.1 to the port of Envoy's ext_authz checks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TRUSTED_PROXIES: not set", "EXT_AUTHZ_PORT=8090")]
    [InlineData("EXT_AUTHZ_PORT: not set", "TRUSTED_PROXIES=10.0.0.0/8")]
    [InlineData(null, "EXT_AUTHZ_PORT=8090", "TRUSTED_PROXIES=10.0.0.0/8")]
    [InlineData(null, "EXT_AUTHZ_PORT=8090", "UPSTREAM_URL=http://127.0.0.1:1")]
    [InlineData(null)]
    public void Settings_that_forward_auth_cannot_work_with_are_a_hint(string? expected, params string[] settings)
    {
        var environment = new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "a", ["CLIENT_SECRET"] = "secret-with-enough-bits-0123456789", ["PUBLIC_URL"] = "https://gw.example.test" };
        foreach (var setting in settings)
        {
            environment[setting.Split('=')[0]] = setting.Split('=')[1];
        }

        var hints = SettingsCheck.Look(SettingsReader.Read(environment, [])).Where(finding => finding.Problem.Contains("forward-auth", StringComparison.Ordinal)).ToList();

        Assert.Equal(expected is not null, hints.Count == 1);
        Assert.All(hints, hint => Assert.StartsWith(expected!, hint.Problem, StringComparison.Ordinal));
        Assert.All(hints, hint => Assert.Equal((FindingLevel.Hint, $"Set {expected!.Split(':')[0]} if that is meant"), (hint.Level, hint.NextStep.Split(',')[0])));
    }

    [Fact]
    public void Stranger_with_many_addresses_makes_a_bounded_number_of_lines_and_the_next_day_they_come_again()
    {
        var clock = new ShiftedClock();
        using var log = new LogCapture();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        var warnings = new PeerWarnings(clock, factory.CreateLogger<PeerWarnings>());

        for (var i = 0; i < 1000; i++)
        {
            warnings.WarnNotTrusted(new System.Net.IPAddress([10, 0, (byte)(i / 256), (byte)i]), "forward-auth", "refused");
        }

        Assert.Equal(PeerWarnings.MaxPeers, log.Lines.Count);
        clock.Advance(TimeSpan.FromDays(1));
        warnings.WarnNotTrusted(System.Net.IPAddress.Loopback, "forward-auth", "refused");
        Assert.Equal(PeerWarnings.MaxPeers + 1, log.Lines.Count);
    }

    private static Dictionary<string, string> Trusting() => new() { ["TRUSTED_PROXIES"] = "127.0.0.1/32" };
}
