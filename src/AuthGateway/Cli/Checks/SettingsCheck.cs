using AuthGateway.Configuration;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Oauth2Proxy;
using AuthGateway.Configuration.Warnings;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Turns errors, warnings and notes of the settings into findings with a next step.
/// </summary>
internal static class SettingsCheck
{
    public static IReadOnlyList<CheckFinding> Look(SettingsResult settings) =>
    [
        .. Findings(settings.Errors, FindingLevel.Error),
        .. Findings(settings.Warnings, FindingLevel.Warning),
        .. Findings(settings.Notes, FindingLevel.Hint),
    ];

    private static IEnumerable<CheckFinding> Findings(IReadOnlyList<string> lines, string level) =>
        lines.Select(line => new CheckFinding(CheckArea.Settings, line, NextStep(line)) { Level = level });

    private static string NextStep(string line)
    {
        var name = line[..Math.Max(0, line.IndexOf(':', StringComparison.Ordinal))];
        if (SettingCatalogue.All.FirstOrDefault(setting => setting.Aliases.Contains(name)) is { } current)
        {
            return $"Rename {name} to {current.Name}, or remove it where {current.Name} is set.";
        }

        if (Oauth2ProxyNames.Knows(name)
            || name.StartsWith(SettingCatalogue.Oauth2ProxyPrefix, StringComparison.Ordinal))
        {
            return "Look at docs/migration-from-oauth2-proxy.md for what to write instead, or remove the option.";
        }

        if (!SettingCatalogue.Knows(name))
        {
            return SettingNamed(name) is { } meant ? $"Rename {name} to {meant}." : UnknownStep(name);
        }

        return SettingCatalogue.All.FirstOrDefault(setting => setting.Name == name) switch
        {
            { State: SettingState.Unused, Instead: { } instead } =>
                instead.StartsWith("nothing", StringComparison.Ordinal)
                    ? $"Remove {name}."
                    : $"Remove {name}; use {instead}.",
            { State: SettingState.Legacy, Instead: { } instead } =>
                $"Remove {name}; what is still wanted of it belongs into {instead}.",
            { State: SettingState.Later } => $"Remove {name} until a release reads it.",
            _ when line.StartsWith(name + ": not set", StringComparison.Ordinal) =>
                $"Set {name} if that is meant, else nothing; `auth-gateway settings` explains it.",
            _ => $"Correct or remove {name}; `auth-gateway settings` explains it.",
        };
    }

    private static string? SettingNamed(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? UnknownSettings.Nearest(name)
            : null;

    private static string UnknownStep(string name) =>
        name.Contains('/', StringComparison.Ordinal) || name.Contains('.', StringComparison.Ordinal)
        ? "Correct this line of the file: KEY=VALUE, each key once."
        : name.StartsWith("--", StringComparison.Ordinal) ? $"Correct the option {name}."
        : $"Correct or remove {(name.Length == 0 ? "it" : name)}; `auth-gateway settings` lists every name.";
}
