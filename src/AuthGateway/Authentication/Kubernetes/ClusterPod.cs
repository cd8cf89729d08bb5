using System.Globalization;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// The API server as a pod sees it: two environment variables, and the service account's directory
/// with token and CA certificate.
/// </summary>
/// <param name="Folder">Directory with the files <c>token</c> and <c>ca.crt</c>.</param>
/// <param name="Host">A name, an IPv4 address, or an IPv6 address without brackets.</param>
/// <param name="Port">Port of the API server.</param>
internal sealed record ClusterPod(string Folder, string? Host, string? Port)
{
    public static ClusterPod OfThisProcess() => new(
        "/var/run/secrets/kubernetes.io/serviceaccount",
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"));

    /// <summary>False outside a pod, and in a pod without a service account.</summary>
    public bool Exists =>
        !string.IsNullOrEmpty(Host)
            && !string.IsNullOrEmpty(Port)
            && File.Exists(TokenFile)
            && File.Exists(AuthorityFile);

    private string TokenFile => Path.Combine(Folder, "token");

    private string AuthorityFile => Path.Combine(Folder, "ca.crt");

    /// <exception cref="ClusterAccessException">The configuration is unusable. The message names
    /// the reason.</exception>
    public ClusterAccess Open()
    {
        var host = Host!.Contains(':', StringComparison.Ordinal) && Host[0] != '[' ? $"[{Host}]" : Host;
        if (!ushort.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !Uri.TryCreate($"https://{host}:{port}/", UriKind.Absolute, out var server))
        {
            throw new ClusterAccessException(
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no host and port");
        }

        return new ClusterAccess
        {
            Server = server,
            Trust = ServerTrust.Only(() => File.ReadAllText(AuthorityFile), AuthorityFile),
            Credentials = ClusterCredentials.FromTokenFile(TokenFile),
        };
    }
}
