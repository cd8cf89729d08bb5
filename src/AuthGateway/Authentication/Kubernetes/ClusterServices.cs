using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>Adds the authentication by Kubernetes tokens.</summary>
/// <remarks>
/// Owns: the configuration of the cluster's API server, TokenReview, the issuer of service-account
/// tokens.
/// Does not own: tokens of the provider, the limits and the cache of remote checks (both in
/// <c>Authentication/Bearer</c>).
/// Entry points: none.
/// </remarks>
internal static class ClusterServices
{
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.TryAddSingleton(ClusterPod.OfThisProcess());
        return services.AddSingleton<KubernetesCluster>().AddSingleton<KubernetesAuthenticator>();
    }
}
