using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>Chromium's back/forward cache after the end of a session: Back shows no page of the person who was logged in.</summary>
public sealed class KeptPageTests(GatewayBinary binary, Chromium chromium)
{
    [Theory]
    [InlineData("button of the application")]
    [InlineData("our page")]
    [InlineData("back channel")]
    public async Task Back_shows_no_page_of_a_session_that_ended(string how)
    {
        await using var app = await WorkerApp.StartAsync("none");
        await using var stage = await BrowserStage.StartAsync(binary, app.Port);
        var page = await chromium.NewKeptPageAsync();
        await stage.LogInAsync(page, "/secret");
        await page.GotoAsync(stage.Url("/other"));
        await ProveKeptAsync(page, stage);

        switch (how)
        {
            case "button of the application":
                await page.EvaluateAsync("logOut()");
                await page.WaitForURLAsync(url => url.Contains("after_logout", StringComparison.Ordinal));
                break;
            case "our page":
                await page.GotoAsync(stage.Url("/authservice/logout"));
                await page.ClickAsync("main form[method=post] button");
                await page.WaitForURLAsync(url => url.Contains("after_logout", StringComparison.Ordinal));
                break;
            default:
                await stage.EndAtProviderAsync();
                await page.ReloadAsync();
                await page.WaitForSelectorAsync("input[type=password]");
                break;
        }

        for (var back = 0; back < 2; back++)
        {
            var before = System.Text.Json.JsonSerializer.Serialize(page.Url);
            await BackAsync(page);
            await UntilAsync(page, $"document.readyState === 'complete' && location.href !== {before}");
            await UntilAsync(page, "document.body !== null && !document.body.innerText.includes('The application')");
        }

        await page.Context.CloseAsync();
    }

    // Without the header, Back shows the page as it was: this browser keeps pages.
    private static async Task ProveKeptAsync(IPage page, BrowserStage stage)
    {
        await page.EvaluateAsync("window.kept = true");
        await page.GotoAsync(stage.Url("/another"));
        await BackAsync(page);
        await UntilAsync(page, "location.pathname === '/other'");
        Assert.True(await page.EvaluateAsync<bool>("window.kept === true"), "This Chromium has no back/forward cache.");
    }

    // The page may be gone before it answers.
    private static Task BackAsync(IPage page) => page.EvaluateAsync("setTimeout(() => history.back(), 50)");

    // Playwright knows no load event of a page that comes out of the cache.
    private static Task UntilAsync(IPage page, string condition) => Deadline.UntilAsync(
        async () =>
        {
            try
            {
                return await page.EvaluateAsync<bool>(condition).WaitAsync(TimeSpan.FromSeconds(5));
            }
            catch (Exception gone) when (gone is PlaywrightException or TimeoutException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(20), () => $"{condition} at {page.Url}");
}
