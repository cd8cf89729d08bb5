namespace AuthGateway.Configuration;

/// <summary>Outcome of reading the settings: options are <c>null</c> exactly when there are errors.</summary>
internal sealed record SettingsResult(GatewayOptions? Options, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>The configuration in force, one <c>NAME=value</c> a line, secrets masked.</summary>
    public IReadOnlyList<string> Effective { get; init; } = [];

    /// <summary>Remarks that change no exit code; each begins with the setting's name.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
