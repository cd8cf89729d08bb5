namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// What is remembered of tokens, by the SHA-256 of their text: answers until their time, and which ones were good before. Bounded: two generations of 2,048;
/// when the young one is full, the old one is forgotten. One cache per authenticator, so that no answer is taken for another's.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    public const int GenerationSize = 2048;
    private readonly Lock _gate = new();
    private Dictionary<string, Entry> _young = new(StringComparer.Ordinal);
    private Dictionary<string, Entry> _old = new(StringComparer.Ordinal);

    /// <summary>Null when nothing is known, or no longer.</summary>
    public AuthenticationResult? Find(string digest) => Look(digest) is { Answer: { } answer, FreshUntil: var end } && time.GetUtcNow() < end ? answer : null;

    /// <summary>True when the token was good the last time it was asked about.</summary>
    public bool WasGood(string digest) => Look(digest) is { WasGood: true };

    /// <param name="digest">Of the token.</param>
    /// <param name="answer">Null when only its goodness is remembered.</param>
    /// <param name="freshUntil">End of the answer.</param>
    /// <param name="wasGood">What the answer was.</param>
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

    private Entry? Look(string digest)
    {
        lock (_gate)
        {
            return _young.GetValueOrDefault(digest) ?? _old.GetValueOrDefault(digest);
        }
    }

    private sealed record Entry(AuthenticationResult? Answer, DateTimeOffset FreshUntil, bool WasGood);
}
