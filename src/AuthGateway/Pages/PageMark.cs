namespace AuthGateway.Pages;

/// <summary>The gateway's logo: a gate with a keyhole.</summary>
/// <remarks>
/// It uses presentation attributes only, because the CSP allows no style attribute.
/// </remarks>
internal static class PageMark
{
    /// <summary>
    /// The logo beside the heading. It is decoration, so hidden from screen readers.
    /// </summary>
    public const string Svg =
        """<svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">"""
        + """<path class="arch" d="M6 44V22C6 12 14 4 24 4s18 8 18 18v22z"/>"""
        + """<path class="door" d="M14 44V23c0-6 4.5-10.5 10-10.5S34 17 34 23v21z"/>"""
        + """<circle class="hole" cx="24" cy="27" r="3.6"/>"""
        + """<path class="hole" d="M22.3 28h3.400l1.500 8h-6.4z"/></svg>""";

    /// <summary>
    /// The logo as the tab's icon. It is inline, so that a browser does not request
    /// <c>/favicon.ico</c>.
    /// </summary>
    public const string DataAddress =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E%3Cpath fill='%231a56c4' d='M6 44V22C6 12 14 4 24 4s18 8 18 18v22z'/%3E%3Cpath fill='%23fff' d='M14 44V23c0-6 4.5-10.5 10-10.5S34 17 34 23v21z'/%3E%3Ccircle fill='%231a56c4' cx='24' cy='27' r='3.6'/%3E%3Cpath fill='%231a56c4' d='M22.3 28h3.400l1.500 8h-6.4z'/%3E%3C/svg%3E";
}
