using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.SystemTests.Stores;

/// <summary>An authority made for one test and its certificate for <c>localhost</c>, as PEM files.</summary>
internal sealed record TestCertificate(string AuthorityFile, string CertificateFile, string KeyFile)
{
    public static TestCertificate Make(TempFolder folder)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
        return new(
            folder.Write("ca.pem", authority.ExportCertificatePem()),
            folder.Write("cert.pem", certificate.ExportCertificatePem()),
            folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem()));
    }
}
