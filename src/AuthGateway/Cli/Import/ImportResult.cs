namespace AuthGateway.Cli.Import;

/// <summary>What <c>auth-gateway import</c> prints.</summary>
/// <param name="Settings">Our settings, in order.</param>
/// <param name="Errors">Why the gateway would not start on them.</param>
/// <param name="Warnings">What is different here.</param>
/// <param name="Notes">What has no meaning here.</param>
internal sealed record ImportResult(
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Notes);
