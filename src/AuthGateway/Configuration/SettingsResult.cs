namespace AuthGateway.Configuration;

/// <summary>
/// Result of reading the settings. Options are <c>null</c> exactly when there are errors.
/// </summary>
internal sealed record SettingsResult(
    GatewayOptions? Options, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>
    /// The effective configuration, one <c>NAME=value</c> per line, secrets masked.
    /// </summary>
    public IReadOnlyList<string> Effective { get; init; } = [];

    /// <summary>
    /// Remarks that do not change the exit code; each begins with the setting's name.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
