using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthGateway.Http;
using AuthGateway.Oidc.Refresh;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests;

/// <summary>Behind the real Envoy, in both shapes at once: what a slow provider and an ID token that is over do to a person.</summary>
public sealed class EnvoyProviderTests(EnvoyStage stage) : IClassFixture<EnvoyStage>, IAsyncLifetime
{
    private const string Page = StoreGateway.PublicUrl + "/app?x=1";

    public async ValueTask InitializeAsync() => await stage.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>L5: the token endpoint gives no answer. Envoy waits 10 s and would make an empty 403 of it.</summary>
    [Fact]
    public async Task L5_callback_that_gets_no_answer_ends_on_our_page_and_a_second_try_works()
    {
        var gate = new TaskCompletionSource();
        var browsers = stage.NewBrowsers();
        var callbacks = await Task.WhenAll(browsers.Select(CallbackAsync));
        stage.Provider.Faults["token"] = Fault.Wait(gate.Task);
        var clock = Stopwatch.StartNew();
        RawResponse[] answers;
        try
        {
            answers = await Task.WhenAll(browsers.Zip(callbacks, (browser, callback) => browser.GetAsync(callback)));
            Assert.InRange(clock.Elapsed.TotalSeconds, 5, 9.5);
        }
        finally
        {
            stage.Provider.Faults.Clear();
            gate.SetResult();
        }

        Assert.All(answers, answer => Assert.True((answer.Status, answer.ErrorCode) == (400, "provider_unavailable"), answer.ToString()));
        Assert.Contains("/token gave no answer", stage.GatewayLog, StringComparison.Ordinal);
        foreach (var (browser, callback, answer) in browsers.Zip(callbacks, answers))
        {
            // The browser's own "load again" first, then the link of the page.
            Assert.Equal("replayed_state", (await browser.GetAsync(callback)).ErrorCode);
            await EndsOnPageAsync(browser, StoreGateway.PublicUrl + RetryIn(answer));
        }
    }

    /// <summary>L5: late, but within the budget: the cookie of such a login reaches the browser.</summary>
    [Fact]
    public async Task L5_callback_that_gets_a_late_answer_is_a_login()
    {
        var browsers = stage.NewBrowsers();
        var callbacks = await Task.WhenAll(browsers.Select(CallbackAsync));
        stage.Provider.Faults["token"] = async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), context.RequestAborted);
            return false;
        };
        try
        {
            await Task.WhenAll(browsers.Zip(callbacks, EndsOnPageAsync));
        }
        finally
        {
            stage.Provider.Faults.Clear();
        }
    }

    /// <summary>P6: without a refresh token, and with refreshes that bring no ID token.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P6_nobody_is_handed_an_ID_token_that_is_over(bool hasRefreshToken)
    {
        stage.Provider.Refresh = new RefreshRules { IsOffered = hasRefreshToken, SendsIdToken = false, IdTokenSeconds = 6 };
        try
        {
            await Task.WhenAll(stage.NewBrowsers().Select(EndsWithItsTokenAsync));
        }
        finally
        {
            stage.Provider.Refresh = new RefreshRules();
        }
    }

    private async Task EndsWithItsTokenAsync(Browser browser)
    {
        var id = Guid.NewGuid().ToString("N");
        await EndsOnPageAsync(browser, Page);
        var passed = 0;
        await Deadline.UntilAsync(
            async () =>
            {
                var sent = DateTimeOffset.UtcNow;
                var answer = await browser.FetchAsync(Page, headers: [new("X-Case-Id", id)]);
                if (answer.Status == 401)
                    return true;
                Assert.True(answer.Status == 200, answer.ToString());
                var end = EndOf(stage.Upstream.For(id)[passed++].Header("Authorization"));
                Assert.True(sent < end, $"A token that was over at {end:O} was handed on at {sent:O}.");
                return false;
            },
            TimeSpan.FromSeconds(15), () => "401 for a program", everyMilliseconds: 200);

        Assert.True(passed > 3, $"{passed} requests passed");
        Assert.Equal(passed, stage.Upstream.For(id).Count);
        var visit = await browser.GetAsync(Page);
        Assert.Equal(302, visit.Status);
        Assert.StartsWith(stage.Provider.Issuer + "/authorize?", visit.Location, StringComparison.Ordinal);
        await EndsOnPageAsync(browser, visit.Location!);
    }

    /// <summary>A navigation that ends as a login on the page, with the user and a living ID token at the application.</summary>
    private async Task EndsOnPageAsync(Browser browser, string url)
    {
        var (answer, end) = await browser.VisitAsync(url);
        Assert.True((answer.Status, end) == (200, Page), $"{end}: {answer}\n{stage.GatewayLog}");
        var lines = answer.Json["lines"]!.AsArray().Select(line => (string)line!).ToList();
        Assert.Contains(lines, line => line.Equals("kubeflow-userid: alice@example.test", StringComparison.OrdinalIgnoreCase));
        var token = Assert.Single(lines, line => line.StartsWith("authorization:", StringComparison.OrdinalIgnoreCase));
        Assert.True(DateTimeOffset.UtcNow < EndOf(token));
    }

    private static async Task<string> CallbackAsync(Browser browser)
    {
        var start = await browser.GetAsync(Page);
        Assert.True(start.Status == 302, start.ToString());
        return (await browser.GetAsync(start.Location!)).Location!;
    }

    private static DateTimeOffset EndOf(string? bearer)
    {
        var payload = System.Buffers.Text.Base64Url.DecodeFromChars(bearer!.Split(' ')[^1].Split('.')[1]);
        return DateTimeOffset.FromUnixTimeSeconds((long)JsonNode.Parse(payload)!["exp"]!);
    }

    private static string RetryIn(RawResponse page) =>
        System.Net.WebUtility.HtmlDecode(Regex.Match(page.Text, "href=\"(/authservice/login[^\"]*)\"").Groups[1].Value);
}
