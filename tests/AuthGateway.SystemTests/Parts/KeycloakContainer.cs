using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace AuthGateway.SystemTests.Parts;

/// <summary>Keycloak's own image in Docker, with this folder's realm file.</summary>
internal sealed class KeycloakContainer : IAsyncDisposable
{
    private const string Image = "quay.io/keycloak/keycloak:26.7";
    private readonly IContainer _container;

    private KeycloakContainer(IContainer container) => _container = container;

    public Uri Address => new($"http://127.0.0.1:{_container.GetMappedPublicPort(8080)}");

    /// <summary><c>null</c> when there is no Docker here.</summary>
    public static async Task<KeycloakContainer?> TryStartAsync()
    {
        try
        {
            var container = new ContainerBuilder(Image)
                .WithCommand("start-dev", "--import-realm")
                .WithEnvironment("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
                .WithEnvironment("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin")
                .WithResourceMapping(new FileInfo(Repository.PathOf("tests", "AuthGateway.SystemTests", "Realms", "kubeflow.json")), "/opt/keycloak/data/import/")
                .WithPortBinding(8080, assignRandomHostPort: true)
                .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(r => r.ForPort(8080).ForPath("/realms/kubeflow")))
                .Build();
            await container.StartAsync();
            return new KeycloakContainer(container);
        }
        catch (Exception notAvailable) when (notAvailable is DockerUnavailableException or ArgumentException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
