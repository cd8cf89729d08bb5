using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Proxy.Routes;
using AuthGateway.Sessions;
using Yarp.ReverseProxy.Configuration;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether each upstream (<c>UPSTREAM_URL</c>, or the clusters of <c>ROUTES_FILE</c>)
/// accepts a connection and answers. Timeout 5 s each.
/// </summary>
internal sealed class UpstreamCheck(Connector connector)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connects, then sends a request as the gateway does. A <c>ROUTES_FILE</c> is loaded as at
    /// start.
    /// </summary>
    public async Task<IReadOnlyList<CheckFinding>> LookAsync(
        GatewayOptions options, CancellationToken cancellationToken)
    {
        if (options.Server.RoutesFile is { } file)
        {
            return await CheckRoutesFileAsync(file, options, cancellationToken);
        }

        if (options.Server.Upstream is not { } upstream)
        {
            return [];
        }

        var finding = await ConnectAsync(upstream.ToString(), "UPSTREAM_URL", cancellationToken)
            ?? await new UpstreamAnswerCheck("UPSTREAM_URL", connector)
                .LookAsync(upstream, UpstreamAnswerCheck.HostOf(options), cancellationToken);
        return finding is null ? [] : [finding];
    }

    private async Task<IReadOnlyList<CheckFinding>> CheckRoutesFileAsync(
        string file, GatewayOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var load = await RoutesFileLoad.ReadAsync(file, options.Session);
            if (load.Problems.Count > 0)
            {
                return [.. load.Problems.Select(problem => Broken(file, problem))];
            }

            var destinations = load.Clusters.SelectMany(Destinations).ToList();
            if (destinations.Count == 0)
            {
                return
                [
                    new(
                        CheckArea.Upstream,
                        $"ROUTES_FILE {file} names no destination.",
                        "Give each cluster a destination with an Address."),
                ];
            }

            var findings = await Task.WhenAll(
                destinations.DistinctBy(one => one.Address)
                    .Select(one => CheckDestinationAsync(one.Cluster, one.Address, cancellationToken)));
            return [.. findings.OfType<CheckFinding>()];
        }
        catch (RoutesFileException e)
        {
            return [.. e.Problems.Select(problem => Broken(file, problem))];
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or FormatException)
        {
            return
            [
                new(
                    CheckArea.Upstream,
                    $"ROUTES_FILE: {file} cannot be read: {e.Message}",
                    "Correct the file; it is YARP's own JSON."),
            ];
        }
    }

    // A server with only HTTP/2 and no TLS cannot be checked with HTTP/1.1, so no request is sent.
    private async Task<CheckFinding?> CheckDestinationAsync(
        ClusterConfig cluster, string address, CancellationToken cancellationToken)
    {
        if (await ConnectAsync(address, "ROUTES_FILE", cancellationToken) is { } finding)
        {
            return finding;
        }

        var isCheckable = Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == "https" || cluster.HttpRequest?.Version?.Major is null or 1)
            && cluster.HttpClient?.WebProxy is null;
        var acceptsAnyCertificate = cluster.HttpClient?.DangerousAcceptAnyServerCertificate == true;
        return isCheckable
            ? await new UpstreamAnswerCheck("ROUTES_FILE", connector, acceptsAnyCertificate)
                .LookAsync(uri!, null, cancellationToken)
            : null;
    }

    private static IEnumerable<(ClusterConfig Cluster, string Address)> Destinations(ClusterConfig cluster) =>
        (cluster.Destinations?.Values ?? []).Select(destination => (cluster, destination.Address));

    private static CheckFinding Broken(string file, string problem) => new(
        CheckArea.Upstream,
        $"ROUTES_FILE: {file}: {problem}",
        "Correct the file; the start ends with the same sentence.");

    private async Task<CheckFinding?> ConnectAsync(string address, string setting, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new(
                CheckArea.Upstream,
                $"{setting}: a destination is no http(s) address.",
                $"Correct the address in {setting}.");
        }

        try
        {
            using var connection = await connector.ConnectAsync(uri.DnsSafeHost, uri.Port, Timeout, cancellationToken);
            return null;
        }
        catch (ConnectFailedException e)
        {
            return new(
                CheckArea.Upstream,
                $"{setting}: {uri.DnsSafeHost}:{uri.Port} takes no connection: {e.Message}.",
                $"Start the upstream, or correct {setting}.");
        }
    }
}
