using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Configuration;

/// <summary><c>CA_BUNDLE</c>: roots that are trusted beside the system's, for the provider and for Redis.</summary>
internal sealed class CaBundle
{
    private readonly X509Certificate2Collection _extra = [];

    public CaBundle(string path) => _extra.ImportFromPemFile(path);

    /// <summary>A chain to one of our roots is as good as one to the system's; a wrong name never is.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_extra);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        }

        return chain.Build(leaf);
    }
}
