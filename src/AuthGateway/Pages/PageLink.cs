namespace AuthGateway.Pages;

/// <summary>A link that looks like a button.</summary>
/// <remarks>
/// An <paramref name="Href"/> that is neither a path on the gateway's origin nor an http(s) address
/// is shown as text.
/// </remarks>
/// <param name="Text">Plain text.</param>
/// <param name="Href">A path (<c>/…</c>) or an absolute http(s) address.</param>
/// <param name="WholeWindow">
/// Opens in the whole window (<c>target="_top"</c>) when the page is shown in a frame.
/// </param>
/// <param name="Primary">True for the filled button; a page should have one.</param>
internal sealed record PageLink(string Text, string Href, bool WholeWindow = false, bool Primary = true);
