namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// How many unknown tokens one process may ask about: 15 at once, one more each second. What turns out to be good, and what could not be answered, is given
/// back; so only bad tokens use it up.
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
