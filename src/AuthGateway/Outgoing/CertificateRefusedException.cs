using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Outgoing;

/// <summary>
/// A server's certificate is not trusted. The message gives the reason and the next step and may be
/// logged.
/// </summary>
internal sealed class CertificateRefusedException(string message) : AuthenticationException(message)
{
    /// <param name="leaf">Certificate of the server.</param>
    /// <param name="statuses">Errors of its chain.</param>
    /// <param name="errors">Errors of the TLS stack.</param>
    /// <param name="asked">Host name of the call.</param>
    /// <param name="source">Setting or file that names the authorities.</param>
    /// <param name="isGiven">True when <paramref name="source"/> is set.</param>
    public static CertificateRefusedException Of(
        X509Certificate2 leaf,
        X509ChainStatusFlags statuses,
        SslPolicyErrors errors,
        string asked,
        string source,
        bool isGiven)
    {
        if ((statuses & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return new(
                $"its certificate is not valid now: it, or its authority's, holds from {Utc(leaf.NotBefore)} to "
                + $"{Utc(leaf.NotAfter)} UTC; renew it there, or correct this machine's clock");
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            return new(
                $"its certificate is for other names ({Names(leaf)}), not for {Printable(asked)}; write the address "
                + "with a name of the certificate, or give the server one for this name");
        }

        if ((statuses & X509ChainStatusFlags.NotSignatureValid) != 0)
        {
            return new(
                $"its certificate names an authority of {source} ({Printable(leaf.Issuer)}) and is not signed with "
                + "its key; add the authority's present certificate");
        }

        return (statuses & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0
            ? new(
                $"its certificate comes from an authority that is not known here ({Printable(leaf.Issuer)}); "
                + $"{(isGiven ? $"{source} does not hold it: add" : $"set {source} to a file with")} that "
                + "authority's certificate in PEM form")
            : new($"its certificate is not acceptable ({statuses}); replace it at the server");
    }

    private static string Utc(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(
                extension => extension.EnumerateDnsNames()
                    .Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .Take(10).Select(Printable).ToList();
        return names.Count > 0 ? string.Join(", ", names) : "none";
    }

    private static string Printable(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}
