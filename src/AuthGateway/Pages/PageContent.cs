namespace AuthGateway.Pages;

/// <summary>What one of our pages says. Every text is plain; <see cref="PageRenderer"/> encodes all of it.</summary>
internal sealed record PageContent
{
    public required string Title { get; init; }

    /// <summary>Plain paragraphs, in order.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>Stable code in <c>data-error</c> of the <c>main</c> element, for scripts and tests; <c>null</c> on pages that report no failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Short id that the log's line about this failure has too; <c>null</c> = none.</summary>
    public string? Reference { get; init; }

    /// <summary>The page's script, and where the page leads without it; <c>null</c> on all but two.</summary>
    public PageScript? Script { get; init; }

    /// <summary>Short facts, shown as a list of terms and values.</summary>
    public IReadOnlyList<PageFact> Facts { get; init; } = [];

    /// <summary>Parts below the buttons.</summary>
    public IReadOnlyList<PageSection> Sections { get; init; } = [];

    public IReadOnlyList<PageLink> Links { get; init; } = [];

    public IReadOnlyList<PageForm> Forms { get; init; } = [];

    /// <summary>True when something can be done on it.</summary>
    public bool HasForms => Forms.Count > 0 || Sections.Any(section => section.Form is not null);

    /// <summary>The page moves on by itself to this same-origin path (<c>meta refresh</c>); used where a redirect would lose a Strict cookie.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>Further origins for CSP <c>form-action</c> (the provider's end-session endpoint: Chromium applies it to redirects).</summary>
    public IReadOnlyList<string> FormActionOrigins { get; init; } = [];

    /// <summary>
    /// A relative address of a picture of one dot that the page loads from us: its answer comes when the page before has entered the back/forward cache,
    /// so that <c>Clear-Site-Data</c> on it reaches that page too.
    /// </summary>
    public string? LateImage { get; init; }

    /// <summary>Only the 401 page inside the dashboard's frame: <c>frame-ancestors 'self'</c>, no <c>X-Frame-Options</c>.</summary>
    public bool AllowSameOriginFrame { get; init; }
}
