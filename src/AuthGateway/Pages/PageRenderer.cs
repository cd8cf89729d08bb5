using System.Text.Encodings.Web;
using System.Text.Unicode;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pages;

/// <summary>
/// Renders the gateway's pages: one layout, all text encoded, no inline script, inline styles
/// allowed by a CSP hash.
/// </summary>
internal sealed class PageRenderer(GatewayOptions options)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly PageTheme _theme = PageTheme.From(options.Pages);

    /// <summary>Renders the whole HTML document.</summary>
    public string Render(PageContent content)
    {
        var page = new PageWriter(Encoder);
        WriteHead(page, content);
        WriteMain(page, content);
        page.Markup("<footer>").Text(options.Pages.ClientName).Markup("</footer>\n</body>\n</html>\n");
        return page.ToString();
    }

    /// <summary>Returns the page's <c>Content-Security-Policy</c>.</summary>
    public string PolicyFor(PageContent content) => PagePolicy.Build(content, _theme, Framing(content));

    /// <summary>Returns all headers of the page except status, length and cookies.</summary>
    /// <remarks>
    /// With <c>no-referrer</c> a browser posts the page's forms with <c>Origin: null</c> (Fetch
    /// §3.1). The proof in the form's address counts then.
    /// </remarks>
    public IReadOnlyList<KeyValuePair<string, string>> HeadersFor(PageContent content)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("Content-Type", "text/html; charset=utf-8"),
            new("Content-Security-Policy", PolicyFor(content)),
            new("Cache-Control", "no-store"),
            new("X-Content-Type-Options", "nosniff"),
            new("Referrer-Policy", "no-referrer"),
        ];
        if (Framing(content) == PageFraming.None)
        {
            headers.Add(new("X-Frame-Options", "DENY"));
        }

        if (content.HasForms)
        {
            // A page that opened this one keeps no reference to its window, whichever policy that
            // page sends (HTML, cross-origin opener policies).
            headers.Add(new("Cross-Origin-Opener-Policy", "noopener-allow-popups"));
        }

        return headers;
    }

    // Where a login may run inside a cross-site frame, its pages may be framed there too. A page
    // with a form may not.
    private PageFraming Framing(PageContent content)
    {
        if (options.Session.CookiePartitioned && !content.HasForms)
        {
            return PageFraming.Any;
        }

        return content.AllowSameOriginFrame ? PageFraming.SameOrigin : PageFraming.None;
    }

    private void WriteHead(PageWriter page, PageContent content)
    {
        page.Markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Markup("<meta name=\"robots\" content=\"noindex\">\n");
        if (ForwardAddress(content) is { } address)
        {
            WriteRefresh(page, address, seconds: 0);
        }

        if (content.Script is { } script)
        {
            WriteScript(page, script);
        }

        page.Markup("<title>").Text(content.Title).Markup(" · ").Text(options.Pages.ClientName).Markup("</title>\n")
            .Markup("<link rel=\"icon\" href=\"").Text(PageMark.DataAddress).Markup("\">\n")
            .Markup("<style>").Markup(PageStyle.Text).Markup("</style>\n");
        if (_theme.StyleSheet is { } styleSheet)
        {
            page.Markup("<link rel=\"stylesheet\" href=\"").Text(styleSheet).Markup("\">\n");
        }

        page.Markup("</head>\n<body>\n");
    }

    // The script runs before the refresh. Where scripts are off, the page does not wait.
    private static void WriteScript(PageWriter page, PageScript script)
    {
        if (!PageAddress.IsOwnPath(script.Source) || !PageAddress.IsLinkable(script.Next))
        {
            return;
        }

        WriteRefresh(page, script.Next, seconds: 3);
        page.Markup("<noscript>");
        WriteRefresh(page, script.Next, seconds: 0);
        page.Markup("</noscript>\n<script")
            .Attribute("src", script.Source)
            .Attribute("integrity", FragmentScript.Integrity)
            .Attribute("data-step", script.Step)
            .Attribute("data-next", script.Next).Attribute("data-path", script.Path).Markup("></script>\n");
    }

    private static void WriteRefresh(PageWriter page, string address, int seconds) =>
        page.Markup("<meta http-equiv=\"refresh\" content=\"")
            .Markup(seconds == 0 ? "0;url=" : "3;url=")
            .Text(address)
            .Markup("\">\n");

    private static void WriteMain(PageWriter page, PageContent content)
    {
        page.Markup("<main").Attribute("data-error", content.ErrorCode).Markup(">\n").Markup(PageMark.Svg)
            .Markup("\n<h1>").Text(content.Title).Markup("</h1>\n");
        foreach (var paragraph in content.Paragraphs)
        {
            page.Markup("<p>").Text(paragraph).Markup("</p>\n");
        }

        WriteFacts(page, content.Facts);
        WriteActions(page, content);
        foreach (var section in content.Sections)
        {
            page.Markup("<section>\n<h2>").Text(section.Heading).Markup("</h2>\n");
            WriteFacts(page, section.Facts);
            if (section.Form is { } form)
            {
                WriteForm(page, form);
            }

            page.Markup("</section>\n");
        }

        if (content.LateImage is { } image)
        {
            page.Markup("<img alt=\"\" width=\"1\" height=\"1\"").Attribute("src", image).Markup(">\n");
        }

        if (content.ErrorCode is { } code)
        {
            page.Markup("<p class=\"code\">Error code <code>").Text(code).Markup("</code>");
            if (content.Reference is { } reference)
            {
                page.Markup(", reference <code>").Text(reference).Markup("</code>");
            }

            page.Markup("</p>\n");
        }

        page.Markup("</main>\n");
    }

    private static void WriteFacts(PageWriter page, IReadOnlyList<PageFact> facts)
    {
        if (facts.Count == 0)
        {
            return;
        }

        page.Markup("<dl>\n");
        foreach (var fact in facts)
        {
            page.Markup("<div><dt>").Text(fact.Term).Markup("</dt>")
                .Markup("<dd dir=\"auto\">").Text(fact.Value).Markup("</dd></div>\n");
        }

        page.Markup("</dl>\n");
    }

    private static void WriteActions(PageWriter page, PageContent content)
    {
        var links = (ForwardAddress(content) ?? content.Script?.Next) is { } address
            ? [new PageLink("Continue", address), .. content.Links]
            : content.Links;
        if (links.Count + content.Forms.Count == 0)
        {
            return;
        }

        page.Markup("<div class=\"actions\">\n");
        foreach (var form in content.Forms)
        {
            WriteForm(page, form);
        }

        foreach (var link in links)
        {
            WriteLink(page, link);
        }

        page.Markup("</div>\n");
    }

    private static void WriteForm(PageWriter page, PageForm form)
    {
        if (PageAddress.IsOwnPath(form.Action))
        {
            page.Markup("<form method=\"post\"").Attribute("action", form.Action).Markup("><button type=\"submit\"")
                .Attribute("class", ButtonClass(form.Primary))
                .Markup(">")
                .Text(form.ButtonText)
                .Markup("</button></form>\n");
        }
    }

    private static void WriteLink(PageWriter page, PageLink link)
    {
        if (!PageAddress.IsLinkable(link.Href))
        {
            page.Markup("<span>").Text(link.Text).Markup("</span>\n");
            return;
        }

        page.Markup("<a").Attribute("class", ButtonClass(link.Primary)).Attribute("href", link.Href)
            .Attribute("target", link.WholeWindow ? "_top" : null).Markup(">").Text(link.Text).Markup("</a>\n");
    }

    private static string ButtonClass(bool primary) => primary ? "button primary" : "button";

    /// <summary>
    /// Returns the address to go to. One on another origin is replaced by <c>/</c>.
    /// </summary>
    private static string? ForwardAddress(PageContent content) =>
        content.ForwardTo is not { } address ? null : PageAddress.IsOwnPath(address) ? address : "/";
}
