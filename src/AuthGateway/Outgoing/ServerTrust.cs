using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Outgoing;

/// <summary>
/// Which TLS servers are believed: those of the system's roots, and what the operator gave as <c>CA_BUNDLE</c>: roots, an issuing intermediate, or the server's
/// own certificate, as curl and Go take them. A wrong name or an end in the past never pass. The bundle is looked at again every 5 s at most, when a connection
/// is made.
/// </summary>
internal sealed class ServerTrust
{
    private const X509ChainStatusFlags NoAuthority = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
        | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private readonly Lock _gate = new();
    private readonly Func<string>? _read;
    private readonly string _source;
    private readonly bool _isAlone;
    private string _text = "";
    private X509Certificate2[] _extra = [];
    private long _lookedAt = long.MinValue / 2;

    /// <param name="caBundle">PEM file beside the system's roots; <c>null</c> for these alone.</param>
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

    /// <summary>Certificates of a cluster's own: the system's roots do not count beside them.</summary>
    /// <param name="read">PEM; read again as a bundle is.</param>
    /// <param name="source">Where they come from, for a message.</param>
    public static ServerTrust Only(Func<string> read, string source) => new(read, source, isAlone: true);

    /// <summary>The system's roots alone.</summary>
    /// <param name="setting">Where another authority would be named, for a message.</param>
    public static ServerTrust OfSystem(string setting) => new(null, setting, isAlone: false);

    /// <summary>How many certificates a PEM text holds.</summary>
    /// <exception cref="CryptographicException">One of them cannot be read.</exception>
    public static int CountIn(string text)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        return certificates.Count;
    }

    /// <summary>True for a server that is believed; false for one that shows no certificate.</summary>
    /// <exception cref="CertificateRefusedException">With the reason and the next step.</exception>
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

        throw CertificateRefusedException.Of(leaf, statuses, errors, (sender as SslStream)?.TargetHostName ?? "", _source, _read is not null);
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

    // Every certificate of the bundle is an anchor, whoever issued it (RFC 5280 §6.1.1 (d)); up to it signatures, times, names and uses must hold.
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
        chain.ChainElements.SelectMany(element => element.ChainElementStatus).Concat(chain.ChainStatus).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);

    private X509Certificate2[] Extra()
    {
        lock (_gate)
        {
            if (_read is not null && Environment.TickCount64 - _lookedAt > 5000)
            {
                _lookedAt = Environment.TickCount64;
                Read(_read);
            }

            return _extra;
        }
    }

    // The content decides: behind a mounted ConfigMap's links the time of the file itself never changes.
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
            // Being replaced: what was read last counts, and the next look tries again.
        }
    }
}
