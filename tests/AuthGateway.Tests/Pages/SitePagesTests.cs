using AuthGateway.Configuration;
using AuthGateway.Pages;

namespace AuthGateway.Tests.Pages;

public sealed class SitePagesTests
{
    private readonly PageRenderer _renderer = TestPages.Renderer(new PageOptions { ClientName = "My Platform" });

    [Fact]
    public void The_homepage_welcomes_by_the_clients_name()
    {
        var html = _renderer.Render(SitePages.Homepage("My Platform"));

        Assert.Contains("Welcome to My Platform", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_after_logout_says_so_and_offers_a_new_login()
    {
        var html = _renderer.Render(SitePages.AfterLogout("My Platform"));

        Assert.Contains("You have successfully logged out from My Platform", html, StringComparison.Ordinal);
        Assert.Contains(">Log in</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-error", html[html.IndexOf("<body>", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }
}
