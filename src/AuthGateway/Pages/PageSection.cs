namespace AuthGateway.Pages;

/// <summary>A part of a page under a heading of its own: facts, and perhaps one button.</summary>
internal sealed record PageSection(string Heading, IReadOnlyList<PageFact> Facts, PageForm? Form = null);
