using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Configuration;

namespace AuthGateway.Tests.Configuration;

public sealed class SettingsWarningsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SESSION_STORE_REDIS_ADDR=redis:6379", "SESSION_STORE_TYPE=redis")]
    [InlineData("SESSION_STORE_REDIS_PREFIX=team:", "SESSION_STORE_TYPE=redis")]
    [InlineData("SESSION_STORE_REDIS_DB=1", "SESSION_STORE_TYPE=redis")]
    [InlineData("SESSION_STORE_REDIS_PWD=hunter2", "SESSION_STORE_TYPE=redis")]
    [InlineData("SESSION_STORE_REDIS=redis:6379,ssl=true", "SESSION_STORE_TYPE=redis")]
    [InlineData("STRIP_HEADERS=X-Tenant", "UPSTREAM_URL=http://127.0.0.1:1")]
    [InlineData("STRICT_SESSION_VALIDATION_CACHE=10", "STRICT_SESSION_VALIDATION=true")]
    [InlineData("CACHE_EXPIRATION_MINUTES=10", "CACHE_ENABLED=true")]
    [InlineData("ACCESS_TOKEN_AUTHN=opaque", "ACCESS_TOKEN_AUTHN_ENABLED=true", "ACCESS_TOKEN_AUTHN_ENABLED=false")]
    [InlineData("AUDIENCES=mine", "KUBERNETES_AUTHN_ENABLED=true", "ACCESS_TOKEN_AUTHN_ENABLED=false", "KUBERNETES_AUTHN_ENABLED=false")]
    [InlineData("POST_LOGOUT_REDIRECT_URL=https://kf.example.org/", "LOGOUT_MODE=provider", "LOGOUT_MODE=local")]
    [InlineData("CLAIM_HEADERS=department:X-Department", "EXT_AUTHZ_UPSTREAM_HEADERS=kubeflow-userid,x-department")]
    [InlineData("USERID_TOKEN_HEADER=X-Id-Token", "EXT_AUTHZ_UPSTREAM_HEADERS=kubeflow-userid,x-id-token")]
    public void Setting_without_its_switch_is_named_with_the_switch(string setting, string switchedOn, params string[] others)
    {
        var name = setting[..setting.IndexOf('=', StringComparison.Ordinal)];

        var warning = Assert.Single(Warnings([setting, .. others]), line => line.StartsWith(name + ": no effect", StringComparison.Ordinal));

        Assert.Contains(switchedOn[..switchedOn.IndexOf('=', StringComparison.Ordinal)], warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Warnings([setting, .. others, switchedOn]), line => line.StartsWith(name + ": no effect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://apps.example.org", true)]
    [InlineData("http://203.0.113.7:8080", true)]
    [InlineData("https://apps.example.org", false)]
    [InlineData("http://localhost:8989", false)]
    [InlineData("http://127.0.0.1:8989", false)]
    [InlineData("http://[::1]:8989", false)]
    [InlineData("http://10.1.2.3", false)]
    [InlineData("http://172.20.0.5", false)]
    [InlineData("http://gateway", false)]
    [InlineData("http://gateway.istio-system.svc.cluster.local", false)]
    [InlineData("http://kf.internal", false)]
    public void Plain_http_on_a_public_name_is_named(string address, bool isNamed) =>
        Assert.Equal(isNamed, Warnings(["PUBLIC_URL=" + address]).Any(line => line.StartsWith("PUBLIC_URL: " + address + " is plain http", StringComparison.Ordinal)));

    [Theory]
    [InlineData("http://gw.lan", true)]
    [InlineData("https://gw.lan", false)]
    [InlineData("http://localhost:8989", false)]
    public void Token_that_scripts_could_read_over_plain_http_is_named(string address, bool isNamed) => Assert.Equal(isNamed, Warnings(
        ["PUBLIC_URL=" + address, "FORWARD_ID_TOKEN=true", "TRUSTED_PROXIES=10.0.0.0/8"]).Any(line => line.StartsWith("FORWARD_ID_TOKEN: browsers tell nothing", StringComparison.Ordinal)));

    [Theory]
    [InlineData(-400, -30, "https://kf.example.org", "is valid from")]
    [InlineData(10, 40, "https://kf.example.org", "is valid from")]
    [InlineData(-1, 40, "https://other.example.org", "does not name the public host other.example.org")]
    [InlineData(-1, 40, "http://localhost:8989", "is http")]
    [InlineData(-1, 40, "https://kf.example.org", null)]
    public void Certificate_that_browsers_refuse_is_named(int fromDays, int toDays, string publicUrl, string? problem)
    {
        var (certificate, key) = WritePair(fromDays, toDays);

        var warnings = Warnings(["PUBLIC_URL=" + publicUrl, "TLS_CERT_FILE=" + certificate, "TLS_KEY_FILE=" + key])
            .Where(line => line.StartsWith("TLS_CERT_FILE:", StringComparison.Ordinal)).ToList();

        if (problem is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.Contains(problem, Assert.Single(warnings), StringComparison.Ordinal);
        }
    }

    private (string Certificate, string Key) WritePair(int fromDays, int toDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kf.example.org", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("kf.example.org");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(toDays));
        File.WriteAllText(_folder.File("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("tls.key"), key.ExportPkcs8PrivateKeyPem());
        return (_folder.File("tls.crt"), _folder.File("tls.key"));
    }

    private static IReadOnlyList<string> Warnings(IEnumerable<string> changes)
    {
        var result = SettingsReader.Read(KubeflowEnvironments.Variables(
            ["OIDC_PROVIDER=https://idp.example.org", "CLIENT_ID=apps", "CLIENT_SECRET=hunter2-hunter2", .. changes]), []);
        Assert.Empty(result.Errors);
        return [.. result.Warnings, .. result.Notes];
    }
}
