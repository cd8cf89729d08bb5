namespace AuthGateway.Pages;

/// <summary>
/// The content of one of the gateway's pages, as plain text; <see cref="PageRenderer"/> encodes all
/// of it.
/// </summary>
internal sealed record PageContent
{
    public required string Title { get; init; }

    /// <summary>Plain paragraphs, in order.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>
    /// Stable code in <c>data-error</c> of the <c>main</c> element, for scripts and tests;
    /// <c>null</c> on pages that report no failure.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>Short id that is also in the log line of this failure; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>
    /// The page's script, and the page's target without it; null on all pages but two.
    /// </summary>
    public PageScript? Script { get; init; }

    /// <summary>Short facts, shown as a list of terms and values.</summary>
    public IReadOnlyList<PageFact> Facts { get; init; } = [];

    /// <summary>Sections below the buttons.</summary>
    public IReadOnlyList<PageSection> Sections { get; init; } = [];

    public IReadOnlyList<PageLink> Links { get; init; } = [];

    public IReadOnlyList<PageForm> Forms { get; init; } = [];

    /// <summary>True when the page has a form.</summary>
    public bool HasForms => Forms.Count > 0 || Sections.Any(section => section.Form is not null);

    /// <summary>
    /// Same-origin path that the page goes to by itself (<c>meta refresh</c>). Used where a
    /// redirect would lose a SameSite=Strict cookie.
    /// </summary>
    public string? ForwardTo { get; init; }

    /// <summary>
    /// Further origins for CSP <c>form-action</c>: the provider's end-session endpoint, because
    /// Chromium applies the directive to redirects.
    /// </summary>
    public IReadOnlyList<string> FormActionOrigins { get; init; } = [];

    /// <summary>
    /// Relative address of a one-pixel image that the page loads from the gateway.
    /// </summary>
    /// <remarks>
    /// Its response arrives when the previous page is in the back/forward cache, so that its
    /// <c>Clear-Site-Data</c> header removes that page too.
    /// </remarks>
    public string? LateImage { get; init; }

    /// <summary>
    /// Allows a frame of the same origin: <c>frame-ancestors 'self'</c> and no
    /// <c>X-Frame-Options</c>. Only for the 401 page inside the dashboard's frame.
    /// </summary>
    public bool AllowSameOriginFrame { get; init; }
}
