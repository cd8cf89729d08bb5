using System.Net;
using System.Text;
using AuthGateway.Cli;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>The published binary from its first millisecond: it listens before it is ready, and becomes ready by itself.</summary>
public sealed class StartUpTests(GatewayBinary binary)
{
    [Fact]
    public async Task It_listens_within_two_seconds_and_is_ready_within_15_after_the_provider_appears()
    {
        using var upstream = new RecordingUpstream();
        var providerPort = Ports.Free();
        var launch = GatewayLaunch.Inline($"http://127.0.0.1:{providerPort}", upstream.Address) with { WaitUntilReady = false };
        await binary.FileAsync();
        await using var gateway = await GatewayProcess.StartAsync(binary, launch);

        await Deadline.UntilAsync(async () => await gateway.StatusAsync("/healthz") == 200, TimeSpan.FromSeconds(10), () => gateway.Log, 10);
        var listening = gateway.SinceStart.Elapsed;
        Assert.Equal(503, await gateway.StatusAsync("/readyz"));
        Assert.Equal(503, await gateway.StatusAsync("/"));
        Assert.Equal(503, await NavigateAsync(gateway.Port));

        await using var provider = await StubProvider.StartAsync(providerPort);
        var ready = await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
        TestContext.Current.TestOutputHelper?.WriteLine($"listens after {listening.TotalSeconds:0.00} s, ready {ready.TotalSeconds:0.00} s after the provider appeared");
        Assert.InRange(listening.TotalSeconds, 0, 2);
        Assert.InRange(ready.TotalSeconds, 0, 15);
        Assert.Equal(302, await NavigateAsync(gateway.Port));
        Assert.Empty(upstream.Heads);
    }

    [Fact]
    public async Task Libraries_of_features_that_are_off_are_not_loaded_and_metrics_load_theirs_when_asked()
    {
        using var upstream = new RecordingUpstream();
        var port = Ports.Free();
        await using var provider = await StubProvider.StartAsync(port);
        await using var gateway = await GatewayProcess.StartAsync(
            binary, GatewayLaunch.Inline($"http://127.0.0.1:{port}", upstream.Address));
        Assert.Equal(302, await NavigateAsync(gateway.Port));

        var loaded = Libraries(gateway.Id);
        Assert.Contains("Yarp.ReverseProxy", loaded);
        Assert.All(
            ["OpenTelemetry", "StackExchange.Redis", "YamlDotNet", "System.Linq.Expressions", "System.Diagnostics.Process"],
            name => Assert.DoesNotContain(name, loaded));

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{gateway.ProbePort}/metrics"));
        // Counted before the first scrape.
        Assert.Matches("""authgateway_refusals_total{[^}]*status="302"} 1""", metrics);
        Assert.Contains("OpenTelemetry", Libraries(gateway.Id));
    }

    [Fact]
    public async Task An_issuer_that_does_not_match_is_named_in_the_log_and_in_readyz()
    {
        using var upstream = new RecordingUpstream();
        var port = Ports.Free();
        await using var provider = await StubProvider.StartAsync(port, issuer: "http://somebody-else.example");
        await using var gateway = await GatewayProcess.StartAsync(
            binary, GatewayLaunch.Inline($"http://127.0.0.1:{port}", upstream.Address) with { WaitUntilReady = false });
        using var http = new HttpClient();
        var reason = "";
        await Deadline.UntilAsync(
            async () =>
            {
                if (await gateway.StatusAsync("/readyz") != 503)
                    return false;
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.ProbePort}/readyz"));
                reason = await answer.Content.ReadAsStringAsync();
                return reason.Contains("http://somebody-else.example", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(15),
            () => $"the foreign issuer in /readyz, which says: {reason}\n{gateway.Log}");
        // Written a moment later, and through a pipe.
        await Deadline.UntilAsync(
            () => Task.FromResult(gateway.Log.Contains("http://somebody-else.example", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => $"the foreign issuer in the log\n{gateway.Log}");
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_and_an_address_that_is_none_are_left_out()
    {
        using var upstream = new RecordingUpstream();
        var port = Ports.Free();
        await using var provider = await StubProvider.StartAsync(port);
        provider.IsBroken = true;
        await using var gateway = await GatewayProcess.StartAsync(binary, GatewayLaunch.Inline($"http://127.0.0.1:{port}", upstream.Address));

        Assert.Equal(302, await NavigateAsync(gateway.Port));
        Assert.True(await gateway.StopAsync(), gateway.Log);
        Assert.Equal(0, gateway.ExitCode);
    }

    [Theory]
    [InlineData("text/html; charset=windows-1252")]
    [InlineData("text/html; charset=iso-8859-15")]
    [InlineData("text/html; charset=utf8")]
    [InlineData("application/jwt")]
    public async Task A_maintenance_page_in_the_place_of_the_metadata_ends_nothing_and_is_overcome(string type)
    {
        using var upstream = new RecordingUpstream();
        var port = Ports.Free();
        await using var provider = await StubProvider.StartAsync(port);
        provider.Instead = (type, Encoding.Latin1.GetBytes("<html>gesch\u00e4ftlich geschlossen</html>"));
        await using var gateway = await GatewayProcess.StartAsync(binary, GatewayLaunch.Inline($"http://127.0.0.1:{port}", upstream.Address) with { WaitUntilReady = false });
        await Deadline.UntilAsync(() => Task.FromResult(provider.Asked >= 3), TimeSpan.FromSeconds(20), () => $"it asks again\n{gateway.Log}");
        Assert.Equal(503, await gateway.StatusAsync("/readyz"));

        provider.Instead = null;

        await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(302, await NavigateAsync(gateway.Port));
        Assert.DoesNotContain("   at ", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Background work failed", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_sent_by_OTLP_where_the_environment_names_a_collector()
    {
        using var upstream = new RecordingUpstream();
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{Ports.Free()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        var launch = GatewayLaunch.Inline(
            $"http://127.0.0.1:{Ports.Free()}",
            upstream.Address,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_SERVICE_NAME", "gateway-of-the-test"));
        await using var gateway = await GatewayProcess.StartAsync(binary, launch with { WaitUntilReady = false });

        var sent = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(20));

        using var body = new StreamReader(sent.Request.InputStream, Encoding.Latin1);
        var text = await body.ReadToEndAsync();
        sent.Response.Close();
        Assert.Equal("/v1/metrics", sent.Request.Url!.AbsolutePath);
        Assert.Contains("authgateway.ready", text, StringComparison.Ordinal);
        Assert.Contains("gateway-of-the-test", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_reported_at_once_with_exit_code_2_and_no_secret()
    {
        await using var gateway = ChildProcess.Start(
            await binary.FileAsync(),
            [],
            new Dictionary<string, string> { ["CLIENT_SECRET"] = "very-secret-value", ["SESSION_MAX_AGE"] = "soon", ["AUTHSERVICE_URL_PREFIX"] = "/" },
            inherit: false);
        await gateway.WaitAsync(TimeSpan.FromSeconds(10));
        await Deadline.UntilAsync(() => Task.FromResult(gateway.Output.Contains("AUTHSERVICE_URL_PREFIX", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => gateway.Output);
        Assert.Equal(2, gateway.ExitCode);
        foreach (var name in new[] { "OIDC_PROVIDER", "CLIENT_ID", "SESSION_MAX_AGE", "AUTHSERVICE_URL_PREFIX" })
            Assert.Contains(gateway.Output.Split('\n'), line => line.TrimStart().StartsWith(name, StringComparison.Ordinal));
        Assert.DoesNotContain("very-secret-value", gateway.Output, StringComparison.Ordinal);
    }

    private static async Task<int> NavigateAsync(int port)
    {
        using var connection = await RawConnection.OpenAsync(port);
        await connection.WriteAsync($"GET /lab HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\n\r\n");
        return (await connection.ReadAnswerAsync()).Head.Status;
    }

    /// <summary>The assemblies that a process has mapped (proc(5), <c>maps</c>).</summary>
    private static HashSet<string> Libraries(int process) =>
        [.. File.ReadLines($"/proc/{process}/maps").Where(line => line.EndsWith(".dll", StringComparison.Ordinal))
            .Select(line => Path.GetFileNameWithoutExtension(line))];
}
