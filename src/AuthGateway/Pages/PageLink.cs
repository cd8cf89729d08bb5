namespace AuthGateway.Pages;

/// <summary>A link that looks like a button. An <paramref name="Href"/> that is neither a path of ours nor http(s) is shown as text, without a link.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Href">A path (<c>/…</c>) or an absolute http(s) address.</param>
/// <param name="WholeWindow">Opens in the whole window (<c>target="_top"</c>) when the page is shown in a frame.</param>
/// <param name="Primary">The filled button; there should be one on a page.</param>
internal sealed record PageLink(string Text, string Href, bool WholeWindow = false, bool Primary = true);
