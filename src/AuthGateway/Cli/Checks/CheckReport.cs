using System.Text.Json.Serialization;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Result of <c>auth-gateway check</c>. Exit code 0 no findings, 1 findings, 2 invalid settings.
/// </summary>
internal sealed record CheckReport(int ExitCode, IReadOnlyList<CheckFinding> Findings)
{
    /// <summary>
    /// Areas that were checked; only <c>settings</c> when the settings are invalid.
    /// </summary>
    public required IReadOnlyList<string> Checked { get; init; }

    /// <summary>
    /// Replicas that currently use the same Redis and prefix, each with its version.
    /// </summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>
    /// Redirect URI to register at the provider; null when the settings are invalid.
    /// </summary>
    public string? RedirectAddress { get; init; }

    /// <summary>
    /// Post-logout redirect URI to register at the provider; null when none is sent.
    /// </summary>
    public string? PostLogoutAddress { get; init; }
}

[JsonSerializable(typeof(CheckReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class CheckJson : JsonSerializerContext;
