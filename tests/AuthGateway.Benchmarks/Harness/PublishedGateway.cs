using System.Diagnostics;
using System.Runtime.InteropServices;
using AuthGateway.Cli;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>The gateway as it ships: published framework-dependent with ReadyToRun for this machine, configured by environment variables alone.</summary>
internal static class PublishedGateway
{
    /// <summary>Publishes it into <paramref name="folder"/> and returns the binary.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        var project = Path.Combine(RepositoryRoot(), "src", "AuthGateway");
        var start = new ProcessStartInfo("dotnet",
            ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64",
             "--no-self-contained", "-o", folder, "-v", "q", "--nologo"]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? Binary(folder) : throw new InvalidOperationException("The gateway could not be published.");
    }

    public static string Binary(string folder) => Path.Combine(Path.GetFullPath(folder), "auth-gateway");

    public static Dictionary<string, string> Settings(GatewayPorts ports, string issuer, Uri? upstream, string store)
    {
        var settings = Common(ports, issuer, store);
        if (upstream is not null)
        {
            settings["UPSTREAM_URL"] = upstream.AbsoluteUri;
        }

        return settings;
    }

    private static Dictionary<string, string> Common(GatewayPorts ports, string issuer, string store) => new()
    {
        ["OIDC_PROVIDER"] = issuer,
        ["CLIENT_ID"] = InstantProvider.ClientId,
        ["CLIENT_SECRET"] = InstantProvider.ClientSecret,
        ["OIDC_SCOPES"] = "profile email",
        ["AUTHSERVICE_URL_PREFIX"] = "/authservice/",
        ["REDIRECT_URL"] = $"http://127.0.0.1:{ports.Main}/authservice/oidc/callback",
        ["SERVER_HOSTNAME"] = "127.0.0.1",
        ["SERVER_PORT"] = $"{ports.Main}",
        ["READINESS_PROBE_PORT"] = $"{ports.Probe}",
        ["WEB_SERVER_PORT"] = $"{ports.Web}",
        ["SESSION_STORE_PATH"] = store,
        ["KUBERNETES_AUTHN_ENABLED"] = "false",
    };

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthGateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Run inside the repository, or name a published gateway with --gateway.");
    }
}
