using System.Text.Json;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions;

namespace AuthGateway.Cli;

/// <summary>
/// <c>auth-gateway check</c>: checks settings, provider, clock, store and upstreams before a
/// deployment. Changes nothing.
/// </summary>
internal static class CheckCommand
{
    /// <returns>0 no findings, 1 findings, 2 invalid settings.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> envFiles,
        string? oauth2ProxyFile,
        bool asJson,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var settings = SettingsInput.Read(envFiles, SettingsInput.ProcessEnvironment(oauth2ProxyFile));
        var report = await LookAsync(settings, TimeProvider.System, cancellationToken);
        await output.WriteLineAsync(
            asJson ? JsonSerializer.Serialize(report, CheckJson.Default.CheckReport) : Text(report));
        return report.ExitCode;
    }

    /// <summary>
    /// Runs all checks and returns all findings. Invalid settings end it before any other check.
    /// </summary>
    public static async Task<CheckReport> LookAsync(
        SettingsResult settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = SettingsCheck.Look(settings);
        if (settings.Options is not { } options)
        {
            return new CheckReport(ExitCode.BrokenSettings, findings) { Checked = [CheckArea.Settings] };
        }

        var check = new ProviderCheck(options, time);
        var provider = await check.LookAsync(cancellationToken);
        var upstream = await new UpstreamCheck(Connector.System).LookAsync(options, cancellationToken);
        var store = options.Session.Redis is { } redis
            ? await RedisCheck.LookAsync(redis, time, cancellationToken)
            : StoreCheck.Look(options.Session);
        var (differences, replicas) = await ReplicaCheck.LookAsync(options, time, store.Count == 0, cancellationToken);
        findings = [.. findings, .. provider, .. store, .. differences, .. upstream];
        return new CheckReport(findings.All(IsHint) ? ExitCode.Fine : ExitCode.Findings, findings)
        {
            Checked = Areas(options, check),
            Replicas = replicas,
            RedirectAddress = options.Urls.RedirectUri,
            PostLogoutAddress = options.Urls.PostLogoutRedirectUri,
        };
    }

    private static bool IsHint(CheckFinding finding) => finding.Level == FindingLevel.Hint;

    private static IReadOnlyList<string> Areas(GatewayOptions options, ProviderCheck provider) =>
    [
        CheckArea.Settings, CheckArea.Provider, .. provider.Looked,
        CheckArea.Store,
        .. options.Server.IsInline ? [CheckArea.Upstream] : Array.Empty<string>(),
    ];

    private static string Text(CheckReport report)
    {
        var lines = report.Findings.Select(finding =>
            $"{finding.Area}: {(IsHint(finding) ? "hint: " : "")}{finding.Problem}\n  next: {finding.NextStep}");
        var last = report.ExitCode switch
        {
            ExitCode.Fine when report.Findings.Count > 0 => $"Everything is fit; {report.Findings.Count} hint(s).",
            ExitCode.Fine => "Everything is fit.",
            ExitCode.BrokenSettings => "The settings are broken; nothing else was looked at.",
            _ => $"{report.Findings.Count} finding(s).",
        };
        var replicas = report.Replicas.Count == 0
            ? Array.Empty<string>()
            : [$"Replicas seen on Redis: {string.Join(", ", report.Replicas)}."];
        var addresses = report.RedirectAddress is null
            ? Array.Empty<string>()
            :
            [
                $"Redirect address to register at the provider: {report.RedirectAddress}",
                .. report.PostLogoutAddress is { } postLogout
                    ? [$"Address after a logout to register there: {postLogout}"]
                    : Array.Empty<string>(),
            ];
        return string.Join(
            '\n', [.. lines, .. addresses, .. replicas, $"Looked at: {string.Join(", ", report.Checked)}. {last}"]);
    }
}
