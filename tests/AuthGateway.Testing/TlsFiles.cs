using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Testing;

/// <summary>A self-signed certificate and its key, as <c>TLS_CERT_FILE</c> and <c>TLS_KEY_FILE</c> want them.</summary>
internal static class TlsFiles
{
    /// <summary>Writes <c>tls.crt</c> and <c>tls.key</c> into the folder and names both in the settings.</summary>
    public static void Use(IDictionary<string, string> settings, string folder)
    {
        settings["TLS_CERT_FILE"] = Path.Combine(folder, "tls.crt");
        settings["TLS_KEY_FILE"] = Path.Combine(folder, "tls.key");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(GatewayRig.PublicHost);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(settings["TLS_CERT_FILE"], certificate.ExportCertificatePem());
        File.WriteAllText(settings["TLS_KEY_FILE"], key.ExportPkcs8PrivateKeyPem());
    }
}
