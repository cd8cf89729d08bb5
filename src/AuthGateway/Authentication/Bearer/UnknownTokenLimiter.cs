namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Limits the checks of unknown tokens in one process: a burst of 15, then one a second. A check
/// that accepts the token or cannot be completed is refunded, so only rejected tokens use up the
/// limit.
/// </summary>
internal sealed class UnknownTokenLimiter(TimeProvider time)
{
    public const int Burst = 15;
    private static readonly TimeSpan RefillInterval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private double _left = Burst;
    private long _countedAt = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_countedAt, now) / RefillInterval));
            _countedAt = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }

    public void GiveBack()
    {
        lock (_gate)
        {
            _left = Math.Min(Burst, _left + 1);
        }
    }
}
