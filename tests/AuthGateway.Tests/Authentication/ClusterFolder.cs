using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Tests.Authentication;

/// <summary>A kubeconfig with the files that it names, and a pod's folder.</summary>
internal sealed class ClusterFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public ClusterFolder()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        ClientCertificate = certificate.ExportCertificatePem();
        ClientKey = key.ExportPkcs8PrivateKeyPem();
        Write("client.crt", ClientCertificate);
        Write("client.key", ClientKey);
        Write("token", "token-of-a-file\n");
    }

    public TestAuthority Authority { get; } = new();

    public string ClientCertificate { get; }

    public string ClientKey { get; }

    public string Path => _folder.Path;

    public string KubeConfig => _folder.File("kubeconfig");

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);

    public void WriteAuthority(TestAuthority authority) => Write("ca.crt", authority.Root.ExportCertificatePem() + "\n" + authority.Issuing.ExportCertificatePem());

    /// <summary>One context, cluster and user; the texts are the fields of the last two.</summary>
    public void WriteKubeConfig(string cluster, string user) => Write("kubeconfig", $$"""
        apiVersion: v1
        kind: Config
        current-context: here
        contexts: [{ name: there, context: { cluster: there } }, { name: here, context: { cluster: here, user: gateway } }]
        clusters: [{ name: here, cluster: { {{cluster}} } }]
        users: [{ name: gateway, user: { {{user}} } }]
        """);

    public TokenReviewClient? Open(out string reason, ClusterPod? pod = null) => TokenReviewClient.TryOpen(
        new AccessOptions { KubeConfig = pod is null ? KubeConfig : null }, pod ?? new ClusterPod(Path, null, null), Clients(), out reason);

    public TokenReviewClient Open(ClusterPod? pod = null) => Open(out var reason, pod) ?? throw new InvalidOperationException(reason);

    public void Dispose() => _folder.Dispose();

    private static OutgoingClients Clients() => new(Connector.System, new ProviderOptions
    {
        Issuer = "https://idp.example.test",
        DiscoveryAddress = new Uri("https://idp.example.test/.well-known/openid-configuration"),
        Endpoints = new ProviderEndpoints(),
        ClientId = "client",
        ClientSecrets = SecretSource.Empty,
        Scopes = ["openid"],
    });
}
