using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using AuthGateway.Pages;

namespace AuthGateway.Tests.Pages;

public sealed class PagePolicyTests
{
    private static readonly PageContent Plain = new() { Title = "t" };

    [Fact]
    public void The_hash_in_the_policy_is_that_of_the_style_in_the_page()
    {
        var renderer = TestPages.Renderer();

        var style = Regex.Match(renderer.Render(Plain), "<style>(.*)</style>", RegexOptions.Singleline).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

        Assert.NotEmpty(style);
        Assert.Equal([$"'sha256-{hash}'"], TestPages.Sources(renderer.PolicyFor(Plain), "style-src"));
    }

    [Fact]
    public void Nothing_loads_nothing_frames_and_forms_go_home()
    {
        var policy = TestPages.Renderer().PolicyFor(Plain);

        Assert.Equal(["'none'"], TestPages.Sources(policy, "default-src"));
        Assert.Equal(["data:"], TestPages.Sources(policy, "img-src"));
        Assert.Equal(["'self'"], TestPages.Sources(policy, "form-action"));
        Assert.Equal(["'none'"], TestPages.Sources(policy, "base-uri"));
        Assert.Equal(["'none'"], TestPages.Sources(policy, "frame-ancestors"));
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://idp.example/realms/master/logout", "https://idp.example")]
    [InlineData("https://idp.example:443", "https://idp.example")]
    [InlineData("http://keycloak:8080/x?y=1", "http://keycloak:8080")]
    [InlineData("https://BÜCHER.example/", "https://xn--bcher-kva.example")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    public void A_form_may_end_at_the_origin_of_an_address_that_the_page_names(string address, string origin)
    {
        var policy = TestPages.Renderer().PolicyFor(Plain with { FormActionOrigins = [address, address] });

        Assert.Equal(["'self'", origin], TestPages.Sources(policy, "form-action"));
    }

    [Theory]
    [InlineData("https://idp.example; script-src *")]
    [InlineData("https://idp.example;script-src")]
    [InlineData("https://idp.example\r\nX: y")]
    [InlineData("https://user:secret@idp.example")]
    [InlineData("https://*.example")]
    [InlineData("*")]
    [InlineData("'unsafe-inline'")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/relative")]
    [InlineData("")]
    public void What_is_no_origin_adds_nothing_to_the_policy(string address)
    {
        var policy = TestPages.Renderer().PolicyFor(Plain with { FormActionOrigins = [address] });

        Assert.Equal(["'self'"], TestPages.Sources(policy, "form-action"));
        Assert.DoesNotContain("script", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_page_inside_the_dashboard_may_be_framed_and_only_by_its_own_origin()
    {
        var renderer = TestPages.Renderer();
        var framed = Plain with { AllowSameOriginFrame = true };

        Assert.Equal(["'self'"], TestPages.Sources(renderer.PolicyFor(framed), "frame-ancestors"));
        Assert.DoesNotContain(renderer.HeadersFor(framed), header => header.Key == "X-Frame-Options");
        Assert.Contains(new KeyValuePair<string, string>("X-Frame-Options", "DENY"), renderer.HeadersFor(Plain));
    }

    [Fact]
    public void Every_page_is_uncached_unsniffed_and_tells_nobody_its_address()
    {
        var headers = TestPages.Renderer().HeadersFor(Plain).ToDictionary();

        Assert.Equal("no-store", headers["Cache-Control"]);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Equal("text/html; charset=utf-8", headers["Content-Type"]);
        Assert.Equal(TestPages.Renderer().PolicyFor(Plain), headers["Content-Security-Policy"]);
    }

    [Theory]
    [InlineData("https://cdn.example/themes/", "acme", "https://cdn.example/themes/acme/styles.css", "https://cdn.example")]
    [InlineData("/brand", "acme", "/brand/acme/styles.css", "'self'")]
    public void An_operators_theme_is_linked_and_allowed(string themesUrl, string theme, string address, string source)
    {
        var renderer = TestPages.Renderer(new PageOptions { ThemesUrl = themesUrl, Theme = theme });

        Assert.Contains($"<link rel=\"stylesheet\" href=\"{address}\">", renderer.Render(Plain), StringComparison.Ordinal);
        Assert.Equal(source, TestPages.Sources(renderer.PolicyFor(Plain), "style-src")[1]);
        Assert.Equal(["data:", source], TestPages.Sources(renderer.PolicyFor(Plain), "img-src"));
    }

    [Theory]
    [InlineData("themes", "kubeflow")]
    [InlineData("//cdn.example", "acme")]
    [InlineData("javascript:x", "acme")]
    public void Without_an_address_of_the_operators_no_other_sheet_is_linked(string themesUrl, string theme)
    {
        var html = TestPages.Renderer(new PageOptions { ThemesUrl = themesUrl, Theme = theme }).Render(Plain);

        Assert.DoesNotContain("rel=\"stylesheet\"", html, StringComparison.Ordinal);
    }
}
