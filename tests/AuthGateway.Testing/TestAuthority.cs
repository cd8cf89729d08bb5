using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Testing;

/// <summary>A root, an intermediate below it, and certificates for servers on loopback from the intermediate.</summary>
internal sealed class TestAuthority
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name = "Test")
    {
        Root = Authority($"CN={name} Root", _rootKey, null);
        Issuing = Authority($"CN={name} Issuing", _issuingKey, Root.CopyWithPrivateKey(_rootKey));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuing { get; }

    /// <summary>From the intermediate, with its key.</summary>
    public X509Certificate2 Server(string name = "127.0.0.1", int daysFrom = -1, int daysTo = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = DateTimeOffset.UtcNow;
        using var bare = request.Create(Issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuingKey), now.AddDays(daysFrom), now.AddDays(daysTo), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 Authority(string subject, ECDsa key, X509Certificate2? issuer)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        // An issued certificate must not outlive its issuer, not even by the second that passed since the issuer was made.
        var now = DateTimeOffset.UtcNow;
        return issuer is null
            ? X509CertificateLoader.LoadCertificate(request.CreateSelfSigned(now.AddDays(-20), now.AddDays(20)).RawData)
            : request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));
    }
}
