namespace AuthGateway.Pages;

/// <summary>A section of a page under its own heading: facts, and optionally one button.</summary>
internal sealed record PageSection(string Heading, IReadOnlyList<PageFact> Facts, PageForm? Form = null);
