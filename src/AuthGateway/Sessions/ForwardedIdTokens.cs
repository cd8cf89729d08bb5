using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions;

/// <summary>
/// Digests of the ID tokens of sessions that applications are given, until they end: none of them is a credential, also after the logout, and a refreshed one
/// need not have a nonce to be known by (OIDC Core §12.2). In this process and of the sessions it has seen.
/// </summary>
internal sealed class ForwardedIdTokens(TimeProvider time)
{
    private const int Capacity = 200_000;
    private readonly ConcurrentDictionary<UInt128, long> _ends = new();

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
            // A minute more than anybody's skew.
            _ends[DigestOf(token)] = (endsAtSeconds > 0 ? endsAtSeconds : now + 86_400) + 120;
        }
    }

    public bool Knows(string token) => _ends.ContainsKey(DigestOf(token));

    private static UInt128 DigestOf(string token) => BitConverter.ToUInt128(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
