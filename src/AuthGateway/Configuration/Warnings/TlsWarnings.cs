using System.Net;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Configuration.Readers;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns of a server certificate that browsers reject, and of a public URL whose scheme does not
/// fit the listeners.
/// </summary>
internal static class TlsWarnings
{
    /// <summary>
    /// Suffixes of names that are never public (RFC 6761, RFC 6762, RFC 8375, RFC 9476,
    /// Kubernetes).
    /// </summary>
    private static readonly string[] LocalEnds =
    [
        ".localhost", ".local", ".test", ".example", ".invalid", ".internal", ".alt", ".home.arpa", ".lan", ".svc",
        ".localdomain",
    ];

    public static void Write(SettingValues values, GatewayOptions options)
    {
        var origin = options.Urls.PublicOrigin is { } text && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : null;
        if (options.Server is { TlsCertFile: { } certificate, TlsKeyFile: { } key }
            && ServerReader.IsPair(certificate, key))
        {
            WriteCertificate(values, certificate, key, origin);
        }

        if (origin is { Scheme: "http" } && IsPublicName(origin))
        {
            values.Warn(
                "PUBLIC_URL",
                $"{origin.GetLeftPart(UriPartial.Authority)} is plain http on a public name, so the session can be "
                + "read on the way; "
                + "serve https and write https://…, also where a proxy in front ends TLS");
        }
    }

    private static void WriteCertificate(SettingValues values, string certificateFile, string keyFile, Uri? origin)
    {
        if (origin is { Scheme: "http" })
        {
            values.Warn(
                "TLS_CERT_FILE",
                $"SERVER_PORT speaks https, but the public address {origin.GetLeftPart(UriPartial.Authority)} "
                + "(PUBLIC_URL, REDIRECT_URL) is http; "
                + "write https://… there, or remove the certificate");
        }

        using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var now = TimeProvider.System.GetUtcNow();
        if (certificate.NotAfter.ToUniversalTime() < now || certificate.NotBefore.ToUniversalTime() > now)
        {
            values.Warn(
                "TLS_CERT_FILE",
                $"{certificateFile} is valid from {certificate.NotBefore.ToUniversalTime():u} "
                + $"to {certificate.NotAfter.ToUniversalTime():u}, "
                + "which is not now: browsers refuse it; put a renewed certificate there");
        }

        if (origin is { Scheme: "https" } && !certificate.MatchesHostname(origin.IdnHost))
        {
            values.Warn(
                "TLS_CERT_FILE",
                $"{certificateFile} does not name the public host {origin.IdnHost}; "
                + "browsers refuse it unless a proxy in front has a certificate of its own");
        }
    }

    private static bool IsPublicName(Uri origin)
    {
        if (origin.IsLoopback)
        {
            return false;
        }

        if (IPAddress.TryParse(origin.IdnHost.Trim('[', ']'), out var address))
        {
            return !IsPrivate(address);
        }

        var host = origin.IdnHost.TrimEnd('.');
        return host.Contains('.', StringComparison.Ordinal)
            && !LocalEnds.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// True for private and link-local addresses (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6).
    /// </summary>
    private static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal)
        {
            return true;
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return bytes is [10, ..] or [192, 168, ..] or [169, 254, ..] || bytes is [172, >= 16 and <= 31, ..];
    }
}
