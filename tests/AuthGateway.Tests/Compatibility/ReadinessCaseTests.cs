namespace AuthGateway.Tests.Compatibility;

/// <summary>While the provider is away, and the paths that need no login: C08–C16, C74.</summary>
public class ReadinessCaseTests
{
    [Fact]
    public async Task C08_Probe_is_503_and_liveness_200_while_the_provider_is_away()
    {
        await using var stock = await WithoutProviderAsync();

        var probe = await stock.ProbeAsync();

        Assert.Equal((503, ""), (probe.Status, probe.Text));
        Assert.Equal(503, (await stock.ProbeAsync("/any/path")).Status);
        Assert.Equal(200, (await stock.ProbeAsync("/healthz")).Status);
    }

    [Fact]
    public async Task C09_Probe_is_200_within_15_seconds_after_the_provider_appears()
    {
        await using var stock = await WithoutProviderAsync();
        Assert.Equal(503, (await stock.ProbeAsync()).Status);

        stock.Provider.Faults.Clear();

        await Deadline.UntilAsync(async () => (await stock.ProbeAsync()) is { Status: 200, Text: "" }, "ready", seconds: 15);
    }

    [Fact]
    public async Task C10_Issuer_that_differs_by_a_slash_never_gets_ready_and_says_why()
    {
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { IssuerSuffix = "/", WaitUntilReady = false });

        await Deadline.UntilAsync(async () => (await stock.ProbeAsync("/readyz")).Text.Contains(stock.Provider.Issuer + "/", StringComparison.Ordinal), () => "the issuer in the reason\n" + stock.Log.Text);

        Assert.Equal(503, (await stock.ProbeAsync()).Status);
    }

    [Fact]
    public async Task C11_Skipped_path_is_allowed_while_the_provider_is_away()
    {
        await using var stock = await WithoutProviderAsync();

        await IsAllowedAsync(stock, "/dex/.well-known/openid-configuration");
    }

    [Fact]
    public async Task C12_Other_path_is_a_readable_403_while_the_provider_is_away()
    {
        await using var stock = await WithoutProviderAsync();

        var answer = await stock.GetAsync("/");

        Assert.Equal(403, answer.Status);
        Assert.Contains("OIDC Setup is not complete yet.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C13_Site_pages_pass_to_the_web_port()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        await IsAllowedAsync(stock, "/authservice/site/after_logout");
    }

    [Fact]
    public async Task C14_Entries_of_the_skip_list_are_trimmed()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "SKIP_AUTH_URLS=/dex/, /health");

        await IsAllowedAsync(stock, "/health/x");
        await IsAllowedAsync(stock, "/dex/auth");
    }

    [Fact]
    public async Task C15_Skip_list_keeps_letter_case()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(302, (await stock.GetAsync("/Dex/x")).Status);
    }

    [Theory]
    [InlineData("/dex/../pipeline")]
    [InlineData("/dex/%2e%2e/pipeline")]
    [InlineData("/dex/%2E%2e/pipeline")]
    [InlineData("/dex/..%2fpipeline")]
    public async Task C16_Dot_segments_open_nothing(string target)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.GetAsync(target);

        Assert.InRange(answer.Status, 300, 499);
    }

    [Fact]
    public async Task C74_Post_to_the_callback_is_no_login()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var browser = stock.NewBrowser();
        var callback = await stock.AuthorizeAsync((await browser.GetAsync(stock.Origin + "/")).Location!);

        var answer = await browser.SendAsync("POST", stock.Origin + callback, []);

        Assert.Equal(405, answer.Status);
        Assert.Empty(answer.CookiesSet);
        Assert.Equal(0, stock.Provider.Count("token"));
    }

    private static async Task IsAllowedAsync(StockKubeflow stock, string target)
    {
        var answer = await stock.GetAsync(target);
        Assert.Equal((200, "OK"), (answer.Status, answer.Text));
        Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Empty(answer.SetCookies);
    }

    private static async Task<StockKubeflow> WithoutProviderAsync()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Drop;
        return await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = provider, WaitUntilReady = false });
    }
}
