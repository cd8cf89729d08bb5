using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Proxy.Routes;
using AuthGateway.Sessions;
using Yarp.ReverseProxy.Configuration;

namespace AuthGateway.Cli.Checks;

/// <summary>Whether each upstream takes a connection and answers, 5 s each; upstreams are those of <c>UPSTREAM_URL</c> or of <c>ROUTES_FILE</c>'s clusters.</summary>
internal sealed class UpstreamCheck(Connector connector)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Connections first, then a request as the gateway will send it. A <c>ROUTES_FILE</c> is loaded as the start loads it.</summary>
    public async Task<IReadOnlyList<CheckFinding>> LookAsync(GatewayOptions options, CancellationToken cancellationToken)
    {
        if (options.Server.RoutesFile is { } file)
        {
            return await LookAsync(file, options, cancellationToken);
        }

        if (options.Server.Upstream is not { } upstream)
        {
            return [];
        }

        var finding = await ConnectAsync(upstream.ToString(), "UPSTREAM_URL", cancellationToken)
            ?? await new UpstreamAnswerCheck("UPSTREAM_URL", connector).LookAsync(upstream, UpstreamAnswerCheck.HostOf(options), cancellationToken);
        return finding is null ? [] : [finding];
    }

    private async Task<IReadOnlyList<CheckFinding>> LookAsync(string file, GatewayOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var load = await RoutesFileLoad.ReadAsync(file, options.Session);
            if (load.Problems.Count > 0)
            {
                return [.. load.Problems.Select(problem => Broken(file, problem))];
            }

            var destinations = load.Clusters.SelectMany(cluster => (cluster.Destinations ?? new Dictionary<string, DestinationConfig>()).Values.Select(one => (cluster, one.Address))).ToList();
            if (destinations.Count == 0)
            {
                return [new(CheckArea.Upstream, $"ROUTES_FILE {file} names no destination.", "Give each cluster a destination with an Address.")];
            }

            var findings = await Task.WhenAll(destinations.DistinctBy(one => one.Address).Select(one => LookAsync(one.cluster, one.Address, cancellationToken)));
            return [.. findings.OfType<CheckFinding>()];
        }
        catch (RoutesFileException e)
        {
            return [.. e.Problems.Select(problem => Broken(file, problem))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or FormatException)
        {
            return [new(CheckArea.Upstream, $"ROUTES_FILE: {file} cannot be read: {e.Message}", "Correct the file; it is YARP's own JSON.")];
        }
    }

    // A server that speaks HTTP/2 alone, without TLS, is not asked in another version.
    private async Task<CheckFinding?> LookAsync(ClusterConfig cluster, string address, CancellationToken cancellationToken) =>
        await ConnectAsync(address, "ROUTES_FILE", cancellationToken)
        ?? (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || cluster.HttpRequest?.Version?.Major is null or 1) && cluster.HttpClient?.WebProxy is null
            ? await new UpstreamAnswerCheck("ROUTES_FILE", connector, cluster.HttpClient?.DangerousAcceptAnyServerCertificate == true).LookAsync(uri, null, cancellationToken)
            : null);

    private static CheckFinding Broken(string file, string problem) => new(CheckArea.Upstream, $"ROUTES_FILE: {file}: {problem}", "Correct the file; the start ends with the same sentence.");

    private async Task<CheckFinding?> ConnectAsync(string address, string setting, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new(CheckArea.Upstream, $"{setting}: a destination is no http(s) address.", $"Correct the address in {setting}.");
        }

        try
        {
            using var connection = await connector.ConnectAsync(uri.DnsSafeHost, uri.Port, Patience, cancellationToken);
            return null;
        }
        catch (ConnectFailedException e)
        {
            return new(CheckArea.Upstream, $"{setting}: {uri.DnsSafeHost}:{uri.Port} takes no connection: {e.Message}.", $"Start the upstream, or correct {setting}.");
        }
    }
}
