namespace AuthGateway.Pages;

/// <summary>
/// The only script of the gateway's pages: a served file, allowed by its origin and its hash. The
/// page goes on without it.
/// </summary>
/// <param name="Source">Its path on the gateway's origin.</param>
/// <param name="Step"><c>keep</c> or <c>restore</c>.</param>
/// <param name="Next">
/// The page's target: a path on the gateway's origin or an absolute http(s) address.
/// </param>
/// <param name="Path">The path whose fragment is restored; null when one is kept.</param>
internal sealed record PageScript(string Source, string Step, string Next, string? Path);
