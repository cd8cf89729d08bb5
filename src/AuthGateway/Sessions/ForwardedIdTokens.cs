using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

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
    private readonly ConcurrentDictionary<UInt128, long> _ends = new();

    /// <summary>Remembers a forwarded ID token until 2 min after its expiry.</summary>
    /// <param name="token">The raw ID token.</param>
    /// <param name="endsAtSeconds">Its <c>exp</c>; 0 when it is not known.</param>
    public void Remember(string token, long endsAtSeconds)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (_ends.Count >= Capacity)
        {
            foreach (var (old, end) in _ends)
            {
                if (end <= now)
                {
                    _ends.TryRemove(old, out _);
                }
            }
        }

        if (_ends.Count < Capacity)
        {
            // One minute more than the largest clock skew that is accepted.
            _ends[DigestOf(token)] = (endsAtSeconds > 0 ? endsAtSeconds : now + 86_400) + 120;
        }
    }

    /// <summary>
    /// True for an ID token that was forwarded to an application and has not expired.
    /// </summary>
    public bool Knows(string token) => _ends.ContainsKey(DigestOf(token));

    private static UInt128 DigestOf(string token) =>
        BitConverter.ToUInt128(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
