using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// The cluster whose tokens are accepted. Without one, Kubernetes tokens are not accepted, which is
/// logged once.
/// </summary>
internal sealed class KubernetesCluster : IDisposable
{
    public KubernetesCluster(
        AccessOptions access,
        OutgoingClients clients,
        ClusterPod pod,
        TimeProvider time,
        ILogger<KubernetesAuthenticator> logger)
    {
        if (access.KubernetesEnabled
            && (Client = TokenReviewClient.TryOpen(access, pod, clients, out var reason)) is null)
        {
            logger.Log(
                access.KubernetesRequired ? LogLevel.Error : LogLevel.Warning,
                "KUBERNETES_AUTHN_ENABLED: Kubernetes tokens are not accepted: {Reason}.",
                reason);
        }

        Issuer = Client is null ? null : new ClusterIssuer(Client, time);
    }

    /// <summary>Null when there is no cluster.</summary>
    public TokenReviewClient? Client { get; }

    /// <summary>Null when there is no cluster.</summary>
    public ClusterIssuer? Issuer { get; }

    public void Dispose() => Client?.Dispose();
}
