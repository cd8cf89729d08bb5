using AuthGateway.Configuration.Catalogue;
using AuthGateway.Outgoing;

namespace AuthGateway.Tests.Configuration;

/// <summary>Values that meant something else in the replaced service: docs/migration-from-oidc-authservice.md, "Setting by setting".</summary>
public class MigrationValueTests
{
    [Theory]
    [InlineData("", "Authorization")]
    [InlineData("off", null)]
    [InlineData("OFF", null)]
    [InlineData("X-Auth-Token", "X-Auth-Token")]
    public void Empty_is_the_default_and_off_is_off(string value, string? header) =>
        Assert.Equal(header, KubeflowEnvironments.Read("1.8", "AUTH_HEADER=" + value).Options!.Access.AuthHeader);

    [Fact]
    public void Empty_allowlist_is_everybody_and_named()
    {
        var result = KubeflowEnvironments.Read("1.8", "GROUPS_ALLOWLIST=");

        Assert.Equal(["*"], result.Options!.Access.GroupsAllowlist);
        Assert.Contains("GROUPS_ALLOWLIST: set but empty means everybody here (the replaced service let nobody in)", result.Warnings);
    }

    [Fact]
    public void Bundle_beside_a_proxy_keeps_the_proxy()
    {
        var bundle = Path.Combine(Path.GetTempPath(), $"bundle-{Guid.NewGuid():N}.pem");
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=own", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(bundle, certificate.ExportCertificatePem());
        try
        {
            var provider = KubeflowEnvironments.Read("1.8", "CA_BUNDLE=" + bundle, "HTTPS_PROXY=http://proxy.example.test:3128").Options!.Provider;

            Assert.NotNull(provider.CaBundle);
            Assert.Equal(new Uri("http://proxy.example.test:3128"), new AuthGateway.Outgoing.OutgoingClients(AuthGateway.Outgoing.Connector.System, provider).ProxyFor(new Uri("https://idp.example.test/")));
        }
        finally
        {
            File.Delete(bundle);
        }
    }
}
