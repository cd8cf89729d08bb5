using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Creates this gateway's <see cref="ReplicaFacts"/>.</summary>
internal sealed class ReplicaDigests(GatewayOptions options, SessionSecrets secrets)
{
    /// <summary>
    /// PBKDF2 iterations: the digests in Redis must not make a weak secret easier to guess.
    /// </summary>
    private const int Rounds = 100_000;

    private readonly ConcurrentDictionary<string, string> _ofSecrets = new(StringComparer.Ordinal);

    /// <summary>Random id of this start.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public static string Version { get; } = typeof(ReplicaDigests).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <exception cref="StoreUnavailableException">There is no secret.</exception>
    public ReplicaFacts Make(TimeSpan clockAhead) => new()
    {
        Id = Id,
        Name = Environment.MachineName,
        Version = Version,
        Issuer = Digest("issuer", options.Provider.Issuer),
        Client = Digest("client", options.Provider.ClientId),
        PublicUrl = Digest("public-url", options.Urls.PublicOrigin ?? ""),
        Prefix = Digest("prefix", options.Session.Redis?.Prefix ?? ""),
        Secrets = [.. secrets.Candidates.Select(OfSecret)],
        ClockAheadMilliseconds = (long)clockAhead.TotalMilliseconds,
    };

    private string OfSecret(string secret) => _ofSecrets.GetOrAdd(secret, static value => Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(value, "authgateway/replica-secret"u8, Rounds, HashAlgorithmName.SHA256, 8)));

    private static string Digest(string setting, string value) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes("authgateway/replica/" + setting), Encoding.UTF8.GetBytes(value))
                .AsSpan(0, 8));
}
