using AuthGateway.Configuration;
using AuthGateway.Pages;

namespace AuthGateway.Tests.Pages;

public sealed class PageRendererTests
{
    private const string Hostile = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;";

    private static readonly PageContent HostileEverywhere = new()
    {
        Title = Hostile,
        Paragraphs = [Hostile],
        ErrorCode = Hostile,
        Facts = [new PageFact(Hostile, Hostile)],
        Links = [new PageLink(Hostile, "/a" + Hostile)],
        Forms = [new PageForm(Hostile, "/b" + Hostile)],
        ForwardTo = "/c" + Hostile,
    };

    [Fact]
    public void Hostile_text_stays_text_wherever_it_stands()
    {
        var html = TestPages.Renderer(new PageOptions { ClientName = Hostile }).Render(HostileEverywhere);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onerror='", html, StringComparison.Ordinal);
        Assert.Contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&amp;lt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("evil")]
    [InlineData("")]
    public void An_address_that_leads_elsewhere_is_no_link_no_form_and_no_forwarding(string address)
    {
        var html = TestPages.Renderer().Render(new PageContent
        {
            Title = "t",
            Links = [new PageLink("a link", address)],
            Forms = [new PageForm("a form", address)],
            ForwardTo = address,
        });

        Assert.Contains("<span>a link</span>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", html, StringComparison.Ordinal);
        Assert.Contains("content=\"0;url=/\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absolute_https_address_may_be_linked_but_not_forwarded_to()
    {
        var html = TestPages.Renderer().Render(new PageContent
        {
            Title = "t",
            Links = [new PageLink("help", "https://help.example/x?a=1&b=2")],
            ForwardTo = "https://evil.example/",
        });

        Assert.Contains("href=\"https://help.example/x?a=1&amp;b=2\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_says_its_language_its_title_and_its_error_code()
    {
        var html = TestPages.Renderer(new PageOptions { ClientName = "Notebooks" })
            .Render(new PageContent { Title = "Not allowed", ErrorCode = "group_not_allowed" });

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.Contains("<title>Not allowed · Notebooks</title>", html, StringComparison.Ordinal);
        Assert.Contains("<main data-error=\"group_not_allowed\">", html, StringComparison.Ordinal);
        Assert.Contains("<h1>Not allowed</h1>", html, StringComparison.Ordinal);
        Assert.Contains("name=\"viewport\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_a_failure_carries_no_error_attribute()
    {
        var html = TestPages.Renderer().Render(new PageContent { Title = "t" });

        Assert.Contains("<main>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Error code", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_other_scripts_stay_readable()
    {
        var html = TestPages.Renderer().Render(new PageContent { Title = "Jürgen 山田", Facts = [new PageFact("User", "Ольга")] });

        Assert.Contains("<h1>Jürgen 山田</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Ольга", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_a_frame_opens_in_the_whole_window()
    {
        var html = TestPages.Renderer().Render(new PageContent { Title = "t", Links = [new PageLink("Log in", "/login", WholeWindow: true)] });

        Assert.Contains("href=\"/login\" target=\"_top\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_posts_to_a_path_of_ours_with_its_query()
    {
        var html = TestPages.Renderer().Render(new PageContent { Title = "t", Forms = [new PageForm("Log out", "/authservice/logout?proof=a&mode=local")] });

        Assert.Contains("<form method=\"post\" action=\"/authservice/logout?proof=a&amp;mode=local\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public void No_page_carries_a_script_an_event_handler_or_a_style_attribute()
    {
        var html = TestPages.Renderer().Render(new PageContent
        {
            Title = "t",
            Paragraphs = ["p"],
            Facts = [new PageFact("a", "b")],
            Links = [new PageLink("l", "/")],
            Forms = [new PageForm("f", "/")],
            ForwardTo = "/next",
        });

        Assert.DoesNotMatch(@"<script|\son[a-z]+=|\sstyle=", html);
    }
}
