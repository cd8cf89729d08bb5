using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// The names in which this process asked the store for states without an answer. The store may have
/// taken the state, so the next callback with it asks in the same name.
/// </summary>
/// <remarks>
/// At most 10,000, in two generations: when the younger one is full, the older one is dropped, and
/// those callbacks count as replayed.
/// </remarks>
internal sealed class UnansweredTakes
{
    private const int GenerationSize = 5_000;
    private readonly Lock _gate = new();
    private Dictionary<SessionHash, string> _young = [];
    private Dictionary<SessionHash, string> _old = [];

    /// <summary>Keeps the name for the next callback with this state.</summary>
    public void Keep(SessionHash state, string taker)
    {
        lock (_gate)
        {
            if (_young.Count >= GenerationSize)
            {
                (_old, _young) = (_young, []);
            }

            _young[state] = taker;
        }
    }

    /// <summary>
    /// Returns and forgets the name, so that only one callback uses it; null when there is none.
    /// </summary>
    public string? Remove(SessionHash state)
    {
        lock (_gate)
        {
            return _young.Remove(state, out var taker) || _old.Remove(state, out taker) ? taker : null;
        }
    }
}
