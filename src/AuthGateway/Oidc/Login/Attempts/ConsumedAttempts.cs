namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Remembers the states whose callback was handled in this process, so that two simultaneous
/// callbacks cause only one login.
/// </summary>
/// <remarks>
/// Two generations: when the younger one is full or as old as a login may become, the older one is
/// dropped. Any client can fill them. A state dropped that way still has a used code, and the
/// browser has lost its login cookie.
/// </remarks>
internal sealed class ConsumedAttempts(TimeProvider time)
{
    private const int GenerationSize = 100_000;
    private readonly Lock _gate = new();
    private HashSet<string> _young = new(StringComparer.Ordinal);
    private HashSet<string> _old = new(StringComparer.Ordinal);
    private DateTimeOffset _begun = time.GetUtcNow();

    /// <summary>True when the state was consumed in this process.</summary>
    public bool IsTaken(string state)
    {
        lock (_gate)
        {
            return _young.Contains(state) || _old.Contains(state);
        }
    }

    /// <summary>Releases a state that was not used because the store was unavailable.</summary>
    public void Release(string state)
    {
        lock (_gate)
        {
            _young.Remove(state);
            _old.Remove(state);
        }
    }

    /// <summary>Consumes the state; true for the first caller only.</summary>
    public bool TryTake(string state)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_young.Count >= GenerationSize || now - _begun > LoginCookies.Life)
            {
                (_old, _young, _begun) = (_young, new(StringComparer.Ordinal), now);
            }

            return !_old.Contains(state) && _young.Add(state);
        }
    }
}
