using AuthGateway.Http;

namespace AuthGateway.Sessions;

/// <summary>
/// Learns the lifetime of refresh tokens from a provider that does not report it
/// (<c>refresh_expires_in</c> is in no RFC).
/// </summary>
/// <remarks>
/// A token that is refused at an age that no other token has reached is taken as expired. From then
/// on sessions are refreshed at half of that age.
/// </remarks>
internal sealed class LearnedInterval
{
    /// <summary>The shortest interval: 30 s.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private long _longestTicks = long.MaxValue;
    private long _provenTicks;

    /// <summary>
    /// The longest interval that is still considered safe; the largest value until a token has
    /// expired.
    /// </summary>
    public TimeSpan Longest => new(Interlocked.Read(ref _longestTicks));

    /// <summary>Records that the provider accepted a token of this age.</summary>
    public void RecordAccepted(TimeSpan age)
    {
        if (age.Ticks > Interlocked.Read(ref _provenTicks))
        {
            Interlocked.Exchange(ref _provenTicks, age.Ticks);
        }
    }

    /// <summary>Records that the provider refused a token of this age.</summary>
    /// <returns>
    /// True when the token may have expired: no token of about this age was accepted. False when
    /// others were: this one was revoked.
    /// </returns>
    public bool Refused(TimeSpan age)
    {
        var proven = new TimeSpan(Interlocked.Read(ref _provenTicks));
        if (proven > TimeSpan.Zero && age <= (proven * 1.25) + Slack)
        {
            return false;
        }

        var half = age / 2;
        Interlocked.Exchange(ref _longestTicks, Math.Min(Longest.Ticks, Math.Max(half.Ticks, Shortest.Ticks)));
        return true;
    }
}
