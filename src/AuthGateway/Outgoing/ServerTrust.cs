using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Outgoing;

/// <summary>
/// Validates certificates of TLS servers against the system's roots and <c>CA_BUNDLE</c>, which may
/// hold roots, an issuing intermediate, or the server's own certificate, as in curl and Go. A host
/// name mismatch or an expired certificate is always rejected. The bundle is read again when a
/// connection is made, at most every 5 s.
/// </summary>
internal sealed class ServerTrust
{
    private const X509ChainStatusFlags NoAuthority =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
        | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private readonly Lock _gate = new();
    private readonly Func<string>? _read;
    private readonly string _source;
    private readonly bool _isAlone;
    private string _text = "";
    private X509Certificate2[] _extra = [];
    private long _readAt = long.MinValue / 2;

    /// <param name="caBundle">
    /// PEM file used in addition to the system's roots; <c>null</c> = system's roots only.
    /// </param>
    public ServerTrust(string? caBundle)
        : this(caBundle is null ? null : () => File.ReadAllText(caBundle), "CA_BUNDLE", isAlone: false)
    {
    }

    private ServerTrust(Func<string>? read, string source, bool isAlone)
    {
        _read = read;
        _source = source;
        _isAlone = isAlone;
    }

    /// <summary>Trusts only the given certificates of a cluster, not the system's roots.</summary>
    /// <param name="read">Reads the PEM text; called again like a bundle.</param>
    /// <param name="source">Source of the certificates, for messages.</param>
    public static ServerTrust Only(Func<string> read, string source) => new(read, source, isAlone: true);

    /// <summary>Trusts only the system's roots.</summary>
    /// <param name="setting">Setting that would add an authority, for messages.</param>
    public static ServerTrust ForSystemRoots(string setting) => new(null, setting, isAlone: false);

    /// <summary>Counts the certificates of a PEM text.</summary>
    /// <exception cref="CryptographicException">A certificate cannot be read.</exception>
    public static int CountCertificates(string text)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates.Count;
    }

    /// <summary>True for a trusted server; false for one that sends no certificate.</summary>
    /// <exception cref="CertificateRefusedException">
    /// The certificate is not trusted; the message gives the reason and the next step.
    /// </exception>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None && !_isAlone)
        {
            return true;
        }

        if (certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        using var chain = Build(leaf, sent);
        var statuses = Statuses(chain);
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && Anchored(chain))
        {
            return true;
        }

        throw CertificateRefusedException.Of(
            leaf, statuses, errors, (sender as SslStream)?.TargetHostName ?? "", _source, _read is not null);
    }

    private X509Chain Build(X509Certificate2 leaf, X509Chain? sent)
    {
        var extra = Extra();
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.ChainPolicy.CustomTrustStore.AddRange(extra);
        chain.ChainPolicy.ExtraStore.AddRange(extra);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        }

        chain.Build(leaf);
        return chain;
    }

    // Every certificate of the bundle is a trust anchor, whatever its issuer (RFC 5280 §6.1.1 (d)).
    // Up to it signatures, times, names and usages must be valid.
    private bool Anchored(X509Chain chain)
    {
        var anchors = _extra;
        foreach (var element in chain.ChainElements)
        {
            if (element.ChainElementStatus.Any(status => (status.Status & ~NoAuthority) != 0))
            {
                return false;
            }

            if (anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)))
            {
                return true;
            }
        }

        return false;
    }

    private static X509ChainStatusFlags Statuses(X509Chain chain) =>
        chain.ChainElements.SelectMany(element => element.ChainElementStatus)
            .Concat(chain.ChainStatus)
            .Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);

    private X509Certificate2[] Extra()
    {
        lock (_gate)
        {
            if (_read is not null && Environment.TickCount64 - _readAt > 5000)
            {
                _readAt = Environment.TickCount64;
                Read(_read);
            }

            return _extra;
        }
    }

    // The content is compared, because the links of a mounted ConfigMap hide the file's time.
    private void Read(Func<string> read)
    {
        try
        {
            var text = read();
            if (text != _text)
            {
                var certificates = new X509Certificate2Collection();
                certificates.ImportFromPem(text);
                _extra = certificates.Count > 0 || _extra.Length == 0 ? [.. certificates] : _extra;
                _text = text;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The file is being replaced: the last certificates stay in use until the next read.
        }
    }
}
