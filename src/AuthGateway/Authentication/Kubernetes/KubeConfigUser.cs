using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// A user of a kubeconfig. Credentials that a program or a plugin would have to fetch are refused
/// by name.
/// </summary>
internal sealed class KubeConfigUser(KubeConfigNode user, string name, string folder)
{
    private const string Instead = "write token, tokenFile, or client-certificate with client-key for it";

    /// <exception cref="ClusterAccessException">The credentials cannot be used. The message names
    /// the reason and the remedy.</exception>
    public ClusterCredentials Credentials()
    {
        if (user.Text("tokenFile") is { } file)
        {
            return ClusterCredentials.FromTokenFile(Path.Combine(folder, file));
        }

        if (user.Text("token") is { } token)
        {
            return ClusterCredentials.FromToken(token);
        }

        if (user.Text("username") is { } own && user.Text("password") is { } password)
        {
            return ClusterCredentials.FromPassword(own, password);
        }

        return HasCertificate ? ClusterCredentials.None : throw Unknown();
    }

    /// <summary>Returns the client certificate. Null when the user has none.</summary>
    /// <exception cref="ClusterAccessException">The certificate cannot be used. The message names
    /// the reason and the remedy.</exception>
    public SslStreamCertificateContext? Certificate()
    {
        if (!HasCertificate)
        {
            return null;
        }

        var certificates = Pem("client-certificate");
        var key = Pem("client-key");
        try
        {
            using var own = X509Certificate2.CreateFromPem(certificates, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ClusterAccessException(
                $"client-certificate and client-key of the user {name} are no pair of certificate and unencrypted key "
                + "in PEM form",
                e);
        }
    }

    private bool HasCertificate => Has("client-certificate") || Has("client-key");

    private bool Has(string field) => (user.Text(field + "-data") ?? user.Text(field)) is not null;

    private string Pem(string field)
    {
        if (user.Text(field + "-data") is { } data)
        {
            return KubeConfigNode.Decode(field + "-data", data);
        }

        var path = Path.Combine(
            folder,
            user.Text(field)
                ?? throw new ClusterAccessException(
                    $"the user {name} has no {field}: client-certificate and client-key belong together"));
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterAccessException($"the {field} of the user {name}, {path}, cannot be read", e);
        }
    }

    private ClusterAccessException Unknown()
    {
        var plugin = user.Map("exec") is not null
            ? "exec"
            : user.Map("auth-provider") is not null
            ? "auth-provider"
            : null;
        return new(plugin is null
            ? $"the user {name} has no credentials; {Instead}"
            : $"the user {name} takes its credentials from {plugin}, which the gateway does not run; {Instead}");
    }
}
