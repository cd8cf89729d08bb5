using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>Registers the authentication by Kubernetes tokens.</summary>
internal static class ClusterServices
{
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.TryAddSingleton(ClusterPod.OfThisProcess());
        return services.AddSingleton<KubernetesAuthenticator>();
    }
}
