using System.Text.Json.Serialization;

namespace AuthGateway.Cli.Checks;

/// <summary>What <c>auth-gateway check</c> found. The exit code is the process's: 0 fine, 1 findings, 2 settings broken.</summary>
internal sealed record CheckReport(int ExitCode, IReadOnlyList<CheckFinding> Findings)
{
    /// <summary>Areas that were looked at; with broken settings only <c>settings</c>.</summary>
    public required IReadOnlyList<string> Checked { get; init; }

    /// <summary>Replicas that run on the same Redis and prefix now, each with its version.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>What must be registered at the provider as redirect address; null while the settings are broken.</summary>
    public string? RedirectAddress { get; init; }

    /// <summary>What must be registered there for the way back from a logout; null when none is sent.</summary>
    public string? PostLogoutAddress { get; init; }
}

[JsonSerializable(typeof(CheckReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class CheckJson : JsonSerializerContext;
