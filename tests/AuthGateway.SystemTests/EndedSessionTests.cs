using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests;

/// <summary>A session that ends while Kubeflow's dashboard and a notebook are open, in a real browser.</summary>
public sealed class EndedSessionTests(Chromium chromium)
{
    [Fact]
    public async Task Application_inside_the_dashboards_frame_leads_through_a_login_back_into_the_dashboard()
    {
        await using var quickstart = await QuickstartProcess.StartAsync();
        var page = await chromium.NewPageAsync();
        var journey = new QuickstartJourney(page);
        await journey.LogInAsync("/dashboard?ns=a");
        var frame = page.FrameLocator("#app");
        await Assertions.Expect(frame.Locator("#user")).ToHaveTextAsync("ann@example.com");
        await journey.EndSessionElsewhereAsync();

        // As the dashboard opens another of its applications.
        await page.EvaluateAsync("document.getElementById('app').src = '/notebook/?file=2'");
        await Assertions.Expect(frame.Locator("h1")).ToHaveTextAsync("Your session has ended");
        Assert.Equal(QuickstartJourney.Url("/dashboard?ns=a"), page.Url);
        await frame.GetByRole(AriaRole.Link, new() { Name = "Log in" }).ClickAsync();
        await QuickstartJourney.FillInAsync(page);

        await page.WaitForURLAsync(QuickstartJourney.Url("/dashboard?ns=a"));
        await Assertions.Expect(page.FrameLocator("#app").Locator("#user")).ToHaveTextAsync("ann@example.com");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Open_notebook_saves_again_after_a_login_in_a_second_tab_without_a_reload()
    {
        await using var quickstart = await QuickstartProcess.StartAsync();
        var page = await chromium.NewPageAsync();
        var journey = new QuickstartJourney(page);
        await journey.LogInAsync("/notebook/");
        await page.EvaluateAsync("window.draft = 'unsaved work'");
        await SaveAsync(page, "saved");
        await journey.EndSessionElsewhereAsync();

        await SaveAsync(page, "401 login_required: Log in");
        var tab = await page.Context.RunAndWaitForPageAsync(() => page.ClickAsync("#login"));
        await QuickstartJourney.FillInAsync(tab);
        await Assertions.Expect(tab.Locator("h1")).ToHaveTextAsync("You are logged in");
        await tab.CloseAsync();
        await SaveAsync(page, "saved");

        Assert.Equal("unsaved work", await page.EvaluateAsync<string>("window.draft"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Logout_button_of_the_dashboard_works_with_an_http_only_cookie()
    {
        await using var quickstart = await QuickstartProcess.StartAsync();
        var page = await chromium.NewPageAsync();
        await new QuickstartJourney(page).LogInAsync("/dashboard");
        Assert.DoesNotContain("authservice_session", await page.EvaluateAsync<string>("document.cookie"), StringComparison.Ordinal);

        await page.ClickAsync("#logout-button");

        await page.WaitForURLAsync(QuickstartJourney.Url("/authservice/site/after_logout"));
        await page.GotoAsync(QuickstartJourney.Url("/dashboard"));
        await page.WaitForSelectorAsync("input[type=password]");
        await page.Context.CloseAsync();
    }

    private static async Task SaveAsync(IPage page, string outcome)
    {
        await page.ClickAsync("#save");
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync(outcome);
    }
}
