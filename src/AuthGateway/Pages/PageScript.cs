namespace AuthGateway.Pages;

/// <summary>The one script of our pages: a served file, allowed by the origin and held to its hash. The page goes on by itself where it does not run.</summary>
/// <param name="Source">Its path on our origin.</param>
/// <param name="Step"><c>keep</c> or <c>restore</c>.</param>
/// <param name="Next">Where the page leads: a path of ours or an absolute http(s) address.</param>
/// <param name="Path">The path whose fragment is restored; null when one is kept.</param>
internal sealed record PageScript(string Source, string Step, string Next, string? Path);
