using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AuthGateway.Configuration;

namespace AuthGateway.Testing;

/// <summary>
/// <c>AUTHGATEWAY_RIG_BINARY</c> names a published gateway (its folder or its file): then the rig starts that program. A test that reaches into the
/// gateway is skipped in this mode, and in this mode alone.
/// </summary>
internal static class PublishedGateway
{
    private static readonly string[] Ports = ["SERVER_PORT", "EXT_AUTHZ_PORT", "READINESS_PROBE_PORT", "METRICS_PORT", "WEB_SERVER_PORT"];

    // Below the ports that the system gives to outgoing connections (ip_local_port_range), so that none of them takes one before the gateway does.
    private static int _lastPort = 12_000 + (System.Environment.ProcessId % 100 * 200);

    /// <summary>The program; <c>null</c> = the gateway runs in the test's process.</summary>
    public static string? Program { get; } = Find(System.Environment.GetEnvironmentVariable("AUTHGATEWAY_RIG_BINARY"));

    /// <summary>Skips the test when the gateway is a process of its own.</summary>
    public static void DemandInside(string what)
    {
        if (Program is not null)
        {
            Assert.Skip($"needs the gateway in this process: {what}");
        }
    }

    /// <summary>Writes into the report of the test that it ran the published program.</summary>
    public static void Note(Process process)
    {
        if (Program is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"The published gateway, process {process.Id}: {string.Join(' ', process.StartInfo.ArgumentList)}");
        }
    }

    /// <summary>The settings as the program gets them: ports are chosen here, and the log shows everything.</summary>
    public static Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string> { ["LOG_LEVEL"] = "DEBUG", ["LOG_LINES_MAX"] = "100000" };
        foreach (var (name, value) in settings)
        {
            environment[name] = value == "0" && Ports.Contains(name) ? $"{FreePort()}" : value;
        }

        return environment;
    }

    public static GatewayAddresses Addresses(ServerOptions server) => new(
        new Uri($"{(server.TlsCertFile is null ? "http" : "https")}://127.0.0.1:{server.Port}"),
        At(server.ProbePort),
        At(server.WebPort),
        server.ExtAuthzPort is { } checks ? At(checks) : null);

    private static Uri At(int port) => new($"http://127.0.0.1:{port}");

    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _lastPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    private static string? Find(string? given) => string.IsNullOrEmpty(given) ? null : Path.GetFullPath(Directory.Exists(given) ? Path.Combine(given, "auth-gateway") : given);
}
