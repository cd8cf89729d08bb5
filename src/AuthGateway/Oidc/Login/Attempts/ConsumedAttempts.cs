namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// States whose callback has been taken, in this process: two callbacks at the same moment give one login (invariant I10). Two generations: when the young one is full or as old
/// as a login may be, the old one is forgotten. Anybody can fill them; who is forgotten so has a used code, and a browser that lost its login cookie.
/// </summary>
internal sealed class ConsumedAttempts(TimeProvider time)
{
    private const int GenerationSize = 100_000;
    private readonly Lock _gate = new();
    private HashSet<string> _young = new(StringComparer.Ordinal);
    private HashSet<string> _old = new(StringComparer.Ordinal);
    private DateTimeOffset _begun = time.GetUtcNow();

    /// <summary>True when this state was taken here.</summary>
    public bool IsTaken(string state)
    {
        lock (_gate)
        {
            return _young.Contains(state) || _old.Contains(state);
        }
    }

    /// <summary>Gives back what was not used: the store could not be asked.</summary>
    public void Release(string state)
    {
        lock (_gate)
        {
            _young.Remove(state);
            _old.Remove(state);
        }
    }

    /// <summary>True for the first caller alone.</summary>
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
