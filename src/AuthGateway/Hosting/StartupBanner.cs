using AuthGateway.Configuration;
using AuthGateway.Configuration.Warnings;
using AuthGateway.Observability;

namespace AuthGateway.Hosting;

/// <summary>
/// Logs the listeners and the mode once at start. Warnings about settings are printed before it
/// (<c>SettingsWarnings</c>).
/// </summary>
internal sealed class StartupBanner(
    GatewayOptions options, Supervisor supervisor, ILogger<StartupBanner> logger) : SupervisedService(supervisor)
{
    public override string Work => "banner of the start";

    protected override void Begin()
    {
        var server = options.Server;
        logger.LogInformation(
            "Starting server at {Host}:{Port} ({Mode}), readiness probe at {ProbePort}, web server at {WebPort}.",
            server.Hostname ?? "*", server.Port, Mode(server), server.ProbePort, server.WebPort);
        logger.LogInformation(
            "Redirect address to register at the provider: {Redirect}; after a logout: {PostLogout}.",
            options.Urls.RedirectUri,
            options.Urls.PostLogoutRedirectUri ?? "none is sent");
        if (server.AnswersChecks)
        {
            logger.LogInformation(
                "Envoy is expected to copy these headers of an allowing check upstream (EXT_AUTHZ_UPSTREAM_HEADERS): "
                + "{Headers}. All other managed headers are removed.",
                string.Join(", ", server.ExtAuthzUpstreamHeaders));
        }
    }

    private static string Mode(ServerOptions server) => (server.IsInline, server.ExtAuthzPort) switch
    {
        (true, null) => "in-line",
        (false, null) => "ext_authz",
        (true, { } port) => $"in-line; ext_authz at {port}",
        (false, { } port) => $"our own addresses alone; ext_authz at {port}",
    };
}
