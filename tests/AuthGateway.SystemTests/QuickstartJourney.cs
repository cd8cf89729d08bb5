using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests;

/// <summary>Steps of a person in the quickstart.</summary>
internal sealed class QuickstartJourney(IPage page)
{
    public static string Url(string target) => new Uri(QuickstartProcess.Address, target).ToString();

    /// <summary>Opens a page of the application and logs in on the way.</summary>
    public async Task LogInAsync(string target)
    {
        await page.GotoAsync(Url(target));
        await FillInAsync(page);
        await page.WaitForURLAsync(Url(target));
    }

    /// <summary>The provider's form, wherever it stands.</summary>
    public static async Task FillInAsync(IPage form)
    {
        await form.WaitForSelectorAsync("input[type=password]");
        Assert.StartsWith("http://127.0.0.1:", form.Url, StringComparison.Ordinal);
        await form.FillAsync("input[name=username]", "ann");
        await form.FillAsync("input[type=password]", "ann-password");
        await form.ClickAsync("button[type=submit]");
    }

    /// <summary>Ends the session behind the browser's back, which keeps its dead cookie; the provider forgets the browser too.</summary>
    public async Task EndSessionElsewhereAsync()
    {
        var cookie = (await page.Context.CookiesAsync([QuickstartProcess.Address.ToString()])).Single(cookie => cookie.Name == "authservice_session");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/authservice/logout"));
        request.Headers.Authorization = new("Bearer", cookie.Value);
        using var answer = await http.SendAsync(request);
        Assert.Equal(201, (int)answer.StatusCode);
        await page.Context.ClearCookiesAsync(new() { Domain = "127.0.0.1" });
    }
}
