using System.Net.Security;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>Where the API server is, which certificate it must show, and who we are there.</summary>
internal sealed class ClusterAccess
{
    /// <summary>Ends in a slash: paths of the API are below it.</summary>
    public required Uri Server { get; init; }

    public required ClusterCredentials Credentials { get; init; }

    /// <summary>Null: any certificate passes (<c>insecure-skip-tls-verify</c>).</summary>
    public required ServerTrust? Trust { get; init; }

    /// <summary>The name that the server's certificate must hold; null for the host of its address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Our own certificate; null when we show none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>The address of a server as the API is called under it.</summary>
    public static Uri WithSlash(Uri server) => server.AbsolutePath.EndsWith('/') ? server : new UriBuilder(server) { Path = server.AbsolutePath + "/" }.Uri;
}
