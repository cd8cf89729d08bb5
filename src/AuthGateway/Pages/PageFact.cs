namespace AuthGateway.Pages;

/// <summary>One line of a page's list of facts: a term and its value, both plain text.</summary>
internal sealed record PageFact(string Term, string Value);
