using AuthGateway.Configuration;

namespace AuthGateway.Observability;

/// <summary>What an operator must know of this configuration, said once at start.</summary>
internal sealed class StartupNotes(GatewayOptions options, ILogger<StartupNotes> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var server = options.Server;
        var checks = !server.IsInline || server.ExtAuthzPort is not null;
        logger.LogInformation(
            "Starting server at {Host}:{Port} ({Mode}), readiness probe at {ProbePort}, web server at {WebPort}.",
            server.Hostname ?? "*", server.Port, Mode(server), server.ProbePort, server.WebPort);
        if (checks)
        {
            SayChecks(server);
        }

        if (options.Urls.PublicOrigin is null && options.Session.CookieSecure == CookieSecure.Auto)
        {
            logger.LogWarning("PUBLIC_URL is unknown: {Consequence} Set PUBLIC_URL to the address that browsers use.", checks
                ? "on the ext_authz listener cookies are not Secure."
                : "cookies are Secure only on connections that are https themselves.");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Mode(ServerOptions server) => (server.IsInline, server.ExtAuthzPort) switch
    {
        (true, null) => "in-line",
        (false, null) => "ext_authz",
        (true, { } port) => $"in-line; ext_authz at {port}",
        (false, { } port) => $"our own addresses alone; ext_authz at {port}",
    };

    private void SayChecks(ServerOptions server)
    {
        var copied = server.ExtAuthzUpstreamHeaders;
        logger.LogInformation("Envoy is expected to copy these headers of an allowing check upstream (EXT_AUTHZ_UPSTREAM_HEADERS): {Headers}. All other managed headers are removed.", string.Join(", ", copied));
        if (!copied.Contains("cookie", StringComparer.OrdinalIgnoreCase))
        {
            logger.LogWarning("Envoy does not copy cookie: applications behind it see our session cookie. Add cookie to EXT_AUTHZ_UPSTREAM_HEADERS and to the filter's allowed upstream headers to cut it out.");
        }

        if (options.Identity.ForwardIdToken && !copied.Contains("authorization", StringComparer.OrdinalIgnoreCase))
        {
            logger.LogWarning("FORWARD_ID_TOKEN has no effect on ext_authz: Envoy does not copy authorization. Add it to EXT_AUTHZ_UPSTREAM_HEADERS and to the filter's allowed upstream headers.");
        }
    }
}
