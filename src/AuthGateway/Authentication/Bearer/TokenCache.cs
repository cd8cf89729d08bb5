namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Caches results of token checks by the SHA-256 of the token: results until they expire, and which
/// tokens were accepted before. Bounded to two generations of 2,048 entries: when the young one is
/// full, the old one is dropped. Each authenticator has a cache of its own.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    public const int GenerationSize = 2048;
    private readonly Lock _gate = new();
    private Dictionary<string, Entry> _young = new(StringComparer.Ordinal);
    private Dictionary<string, Entry> _old = new(StringComparer.Ordinal);

    /// <summary>Returns the cached result. Null when there is none or it has expired.</summary>
    public AuthenticationResult? Find(string digest) =>
        FindEntry(digest) is { Answer: { } answer, FreshUntil: var end } && time.GetUtcNow() < end ? answer : null;

    /// <summary>True when the last check accepted the token.</summary>
    public bool WasGood(string digest) => FindEntry(digest) is { WasGood: true };

    /// <param name="digest">Digest of the token.</param>
    /// <param name="answer">Null when only <paramref name="wasGood"/> is remembered.</param>
    /// <param name="freshUntil">When the result expires.</param>
    /// <param name="wasGood">Whether the token was accepted.</param>
    public void Remember(string digest, AuthenticationResult? answer, DateTimeOffset freshUntil, bool wasGood)
    {
        lock (_gate)
        {
            if (_young.Count >= GenerationSize)
            {
                _old = _young;
                _young = new(StringComparer.Ordinal);
            }

            _old.Remove(digest);
            _young[digest] = new Entry(answer, freshUntil, wasGood);
        }
    }

    private Entry? FindEntry(string digest)
    {
        lock (_gate)
        {
            return _young.GetValueOrDefault(digest) ?? _old.GetValueOrDefault(digest);
        }
    }

    private sealed record Entry(AuthenticationResult? Answer, DateTimeOffset FreshUntil, bool WasGood);
}
