namespace AuthGateway.Pages;

/// <summary>Builds the <c>Content-Security-Policy</c> of the gateway's pages.</summary>
/// <remarks>
/// No resource loads, no script runs (except one served file on two pages), no other origin may
/// frame the page, and forms post to the gateway only.
/// </remarks>
internal static class PagePolicy
{
    /// <summary>Returns the policy of a page.</summary>
    public static string Build(PageContent content, PageTheme theme, PageFraming framing) => string.Join("; ",
        content.Script is null ? "default-src 'none'" : "default-src 'none'; script-src 'self'",
        Directive("style-src", PageStyle.HashSource, theme.Source),
        Directive("img-src", "data:", theme.Source, content.LateImage is null ? null : "'self'"),
        FormAction(content.FormActionOrigins),
        "base-uri 'none'",
        framing switch
        {
            PageFraming.SameOrigin => "frame-ancestors 'self'",
            PageFraming.Any => "frame-ancestors *",
            _ => "frame-ancestors 'none'",
        });

    /// <summary>
    /// Accepts only what parses as an http(s) origin, so that no text can add a directive.
    /// </summary>
    private static string FormAction(IReadOnlyList<string> addresses) =>
        Directive("form-action", ["'self'", .. addresses.Select(OriginOrNull).Distinct(StringComparer.Ordinal)]);

    private static string? OriginOrNull(string address) =>
        PageAddress.TryReadOrigin(address, out var origin) ? origin : null;

    private static string Directive(string name, params IEnumerable<string?> sources) =>
        $"{name} {string.Join(' ', sources.Where(source => source is not null))}";
}
