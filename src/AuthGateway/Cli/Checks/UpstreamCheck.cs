using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Cli.Checks;

/// <summary>Whether each upstream takes a TCP connection, 5 s each; upstreams are those of <c>UPSTREAM_URL</c> or of <c>ROUTES_FILE</c>'s clusters.</summary>
internal static class UpstreamCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<CheckFinding>> LookAsync(ServerOptions server, CancellationToken cancellationToken)
    {
        if (server.RoutesFile is not { } file)
        {
            return server.Upstream is { } upstream ? await ConnectAsync([upstream.ToString()], "UPSTREAM_URL", cancellationToken) : [];
        }

        try
        {
            var addresses = Destinations(file);
            return addresses.Count == 0
                ? [new(CheckArea.Upstream, $"ROUTES_FILE {file} names no destination.", "Give each cluster a destination with an Address.")]
                : await ConnectAsync(addresses, "ROUTES_FILE", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or FormatException)
        {
            return [new(CheckArea.Upstream, $"ROUTES_FILE {file} cannot be read: {e.Message}", "Correct the file; it is YARP's own JSON.")];
        }
    }

    private static List<string> Destinations(string file)
    {
        var root = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
        try
        {
            var proxy = root.GetSection("ReverseProxy").GetChildren().Any() ? (IConfiguration)root.GetSection("ReverseProxy") : root;
            return [.. proxy.GetSection("Clusters").GetChildren()
                .SelectMany(cluster => cluster.GetSection("Destinations").GetChildren())
                .Select(destination => destination["Address"] ?? "")
                .Distinct(StringComparer.Ordinal)];
        }
        finally
        {
            (root as IDisposable)?.Dispose();
        }
    }

    private static async Task<IReadOnlyList<CheckFinding>> ConnectAsync(IReadOnlyList<string> addresses, string setting, CancellationToken cancellationToken)
    {
        var findings = await Task.WhenAll(addresses.Select(address => ConnectAsync(address, setting, cancellationToken)));
        return [.. findings.OfType<CheckFinding>()];
    }

    private static async Task<CheckFinding?> ConnectAsync(string address, string setting, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new(CheckArea.Upstream, $"{setting}: a destination is no http(s) address.", $"Correct the address in {setting}.");
        }

        try
        {
            using var connection = await Connector.System.ConnectAsync(uri.DnsSafeHost, uri.Port, Patience, cancellationToken);
            return null;
        }
        catch (ConnectFailedException e)
        {
            return new(CheckArea.Upstream, $"{setting}: {uri.DnsSafeHost}:{uri.Port} takes no connection: {e.Message}.", $"Start the upstream, or correct {setting}.");
        }
    }
}
