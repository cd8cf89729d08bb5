using System.Net.Security;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// How to reach the API server: its address, the trust for its certificate, and the gateway's
/// credentials.
/// </summary>
internal sealed class ClusterAccess
{
    /// <summary>
    /// The API server's address. It ends in a slash, so that API paths are relative to it.
    /// </summary>
    public required Uri Server { get; init; }

    public required ClusterCredentials Credentials { get; init; }

    /// <summary>
    /// Trust for the server certificate. Null accepts any certificate
    /// (<c>insecure-skip-tls-verify</c>).
    /// </summary>
    public required ServerTrust? Trust { get; init; }

    /// <summary>
    /// The name that the server certificate must contain. Null for the host of the address.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>The gateway's client certificate. Null when it has none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>
    /// Appends a slash to the server's address, so that API paths are relative to it.
    /// </summary>
    public static Uri WithSlash(Uri server) =>
        server.AbsolutePath.EndsWith('/') ? server : new UriBuilder(server) { Path = server.AbsolutePath + "/" }.Uri;
}
