using System.Security.Cryptography;
using System.Text;
using AuthGateway.Limits.MemoryUse;

namespace AuthGateway.Sessions;

/// <summary>
/// Keeps digests of the ID tokens that are forwarded to applications, until the tokens expire.
/// </summary>
/// <remarks>
/// A forwarded ID token is not accepted as a bearer token, also after the logout. A refreshed ID
/// token may have no nonce (OIDC Core §12.2), so the nonce alone does not identify it. Holds the
/// tokens of the sessions that this process has seen; bounded.
/// </remarks>
internal sealed class ForwardedIdTokens(TimeProvider time)
{
    private const int Capacity = 200_000;
    private static readonly TimeSpan UnknownLife = TimeSpan.FromDays(1);

    // One minute more than the largest clock skew that is accepted.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private readonly ExpiringMap<UInt128, bool> _tokens = new(Capacity);

    /// <summary>Remembers a forwarded ID token until 2 min after its expiry.</summary>
    /// <param name="token">The raw ID token.</param>
    /// <param name="endsAtSeconds">Its <c>exp</c>; 0 when it is not known.</param>
    public void Remember(string token, long endsAtSeconds)
    {
        var now = time.GetUtcNow();
        var end = endsAtSeconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(endsAtSeconds) : now + UnknownLife;
        _tokens.MakeRoom(now);
        _tokens.Set(DigestOf(token), true, end + Skew);
    }

    /// <summary>
    /// True for an ID token that was forwarded to an application and has not expired.
    /// </summary>
    public bool Knows(string token) => _tokens.Contains(DigestOf(token));

    private static UInt128 DigestOf(string token) =>
        BitConverter.ToUInt128(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
