using System.Text.Json;
using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests;

/// <summary>The first thing that a newcomer does: start the quickstart, log in, look at the application, log out.</summary>
public sealed class QuickstartTests(Chromium chromium)
{
    [Fact]
    public async Task A_browser_logs_in_sees_one_identity_and_logs_out()
    {
        await using var quickstart = await QuickstartProcess.StartAsync();
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(new Uri(QuickstartProcess.Address, "/?first=page").ToString());
        await page.WaitForSelectorAsync("input[type=password]");
        Assert.StartsWith("http://127.0.0.1:", page.Url, StringComparison.Ordinal);
        await ScreenshotAsync(page, "quickstart-login.png");
        var (username, password) = await CredentialsAsync(page);
        await page.FillAsync("input[name=username]", username);
        await page.FillAsync("input[type=password]", password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(new Uri(QuickstartProcess.Address, "/?first=page").ToString());
        await ScreenshotAsync(page, "quickstart-app.png");

        Assert.Equal($"{username}@example.com", await page.InnerTextAsync("#user"));
        var identity = Assert.Single(await IdentityLinesAsync(page));
        Assert.Equal($"kubeflow-userid: {username}@example.com", identity);

        await page.GotoAsync(new Uri(QuickstartProcess.Address, "/authservice/logout").ToString());
        await ScreenshotAsync(page, "quickstart-logout.png");
        await page.ClickAsync("main form[method=post] button");
        await page.WaitForURLAsync(url => !url.Contains("/authservice/logout", StringComparison.Ordinal));
        await page.GotoAsync(QuickstartProcess.Address.ToString());
        await page.WaitForSelectorAsync("input[type=password]");
        await page.Context.CloseAsync();

        var (exitCode, time) = await quickstart.InterruptAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(time.TotalSeconds, 0, 5);
        await Ports.DemandFreeAsync(Ports.SeedPublic);
    }

    /// <summary>The login page says who may log in; a person would read it there too.</summary>
    private static async Task<(string Username, string Password)> CredentialsAsync(IPage page)
    {
        var row = page.Locator("tbody tr").First;
        return (await row.Locator("th").InnerTextAsync(), await row.Locator("code").InnerTextAsync());
    }

    /// <summary>Header lines as the application received them (<c>GET /headers</c>).</summary>
    private static async Task<IReadOnlyList<string>> IdentityLinesAsync(IPage page)
    {
        await page.GotoAsync(new Uri(QuickstartProcess.Address, "/headers").ToString());
        using var json = JsonDocument.Parse(await page.InnerTextAsync("body"));
        return [.. json.RootElement.EnumerateArray()
            .Select(line => $"{line[0].GetString()}: {line[1].GetString()}")
            .Where(line => line.StartsWith("kubeflow-userid", StringComparison.OrdinalIgnoreCase))];
    }

    private static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("AUTHGATEWAY_SCREENSHOTS") == "1")
            await page.ScreenshotAsync(new() { Path = Repository.PathOf("docs", "images", name) });
    }
}
