using System.Collections.Concurrent;

namespace AuthGateway.Oidc;

/// <summary>Attempts whose callback has been taken, in this process: two callbacks at the same moment give one login (invariant I10). Bounded by count and by the life of a login.</summary>
internal sealed class ConsumedAttempts(TimeProvider time)
{
    private const int Capacity = 100_000;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _taken = new(StringComparer.Ordinal);

    public bool TryTake(string attemptId)
    {
        var now = time.GetUtcNow();
        if (_taken.Count > Capacity)
        {
            foreach (var (id, at) in _taken)
            {
                if (now - at > LoginCookies.Life)
                {
                    _taken.TryRemove(id, out _);
                }
            }
        }

        return _taken.TryAdd(attemptId, now);
    }
}
