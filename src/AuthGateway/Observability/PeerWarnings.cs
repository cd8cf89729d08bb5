using System.Globalization;
using System.Net;

namespace AuthGateway.Observability;

/// <summary>Logs warnings about a proxy whose requests do not fit the settings.</summary>
/// <remarks>
/// Any client can cause them, so each kind is logged once a day per peer, and for at most 50 peers
/// a day.
/// </remarks>
internal sealed partial class PeerWarnings(TimeProvider time, ILogger<PeerWarnings> logger)
{
    public const int MaxPeers = 50;
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);
    private readonly HashSet<(string Kind, IPAddress Peer)> _logged = [];
    private readonly Lock _gate = new();
    private DateTimeOffset _since = time.GetUtcNow();

    /// <summary>
    /// Warns about a check at <c>forward-auth</c> or <c>verify</c> from a peer outside
    /// <c>TRUSTED_PROXIES</c>.
    /// </summary>
    public void WarnNotTrusted(IPAddress? peer, string endpoint, string happens)
    {
        if (IsNews(endpoint, peer))
        {
            LogNotTrusted(endpoint, peer, happens);
        }
    }

    /// <summary>Warns about a request for an application on a port that forwards nothing.</summary>
    public void WarnNothingForwarded(IPAddress? peer, int? checks)
    {
        if (IsNews(nameof(WarnNothingForwarded), peer))
        {
            LogNothingForwarded(peer, checks?.ToString(CultureInfo.InvariantCulture) ?? "off");
        }
    }

    /// <summary>Warns about a browser on the port for Envoy's checks.</summary>
    public void WarnBrowserAtChecks(IPAddress? peer)
    {
        if (IsNews(nameof(WarnBrowserAtChecks), peer))
        {
            LogBrowserAtChecks(peer);
        }
    }

    /// <summary>Warns about a check from Caddy or Traefik on the port for Envoy's checks.</summary>
    public void WarnForwardAuthAtChecks(IPAddress? peer)
    {
        if (IsNews(nameof(WarnForwardAuthAtChecks), peer))
        {
            LogForwardAuthAtChecks(peer);
        }
    }

    private bool IsNews(string kind, IPAddress? peer)
    {
        var key = (kind, peer ?? IPAddress.None);
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (now - _since >= Period)
            {
                _logged.Clear();
                _since = now;
            }

            return !_logged.Contains(key)
                && _logged.Count(logged => logged.Kind == kind) < MaxPeers
                && _logged.Add(key);
        }
    }

    [LoggerMessage(
        EventId = 140,
        Level = LogLevel.Warning,
        Message = "A check at {Endpoint} came from {Peer}, which is not in TRUSTED_PROXIES: {Happens}. If that is your proxy, add its address to TRUSTED_PROXIES and restart; else a peer asks that should not.")]
    private partial void LogNotTrusted(string endpoint, IPAddress? peer, string happens);

    [LoggerMessage(
        EventId = 141,
        Level = LogLevel.Warning,
        Message = "{Peer} asked SERVER_PORT for an application and got 404: neither UPSTREAM_URL nor ROUTES_FILE is set, so nothing is forwarded. For Envoy's ext_authz checks name the port EXT_AUTHZ_PORT ({Checks}) in its filter, or remove EXT_AUTHZ_PORT, so that SERVER_PORT answers them.")]
    private partial void LogNothingForwarded(IPAddress? peer, string checks);

    [LoggerMessage(
        EventId = 142,
        Level = LogLevel.Warning,
        Message = "A browser came from {Peer} to the port of Envoy's ext_authz checks, which forwards nothing. Set UPSTREAM_URL (or ROUTES_FILE) when browsers come here; else open the address of Envoy.")]
    private partial void LogBrowserAtChecks(IPAddress? peer);

    [LoggerMessage(
        EventId = 143,
        Level = LogLevel.Warning,
        Message = "{Peer} asked for forward-auth on the port of Envoy's ext_authz checks and got 404. Where Caddy or Traefik asks here, set EXT_AUTHZ_PORT to a port of its own: then SERVER_PORT serves forward-auth and verify.")]
    private partial void LogForwardAuthAtChecks(IPAddress? peer);
}
