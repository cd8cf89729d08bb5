using AuthGateway.Http;

namespace AuthGateway.Sessions;

/// <summary>
/// What this process has learnt about the life of refresh tokens whose provider tells none (<c>refresh_expires_in</c> is in no RFC): a token that is
/// refused at an age that no other token has reached ran out, and from then on sessions are refreshed at half of that age.
/// </summary>
internal sealed class LearnedInterval
{
    /// <summary>Not shorter than this: 30 s.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private long _longestTicks = long.MaxValue;
    private long _provenTicks;

    /// <summary>The longest interval that is still thought safe; the largest value before the first surprise.</summary>
    public TimeSpan Longest => new(Interlocked.Read(ref _longestTicks));

    /// <summary>A token was taken at this age.</summary>
    public void Worked(TimeSpan age)
    {
        if (age.Ticks > Interlocked.Read(ref _provenTicks))
        {
            Interlocked.Exchange(ref _provenTicks, age.Ticks);
        }
    }

    /// <summary>
    /// A token was refused at this age. True when it may have run out: none has worked at about this age. False when others have: this one was withdrawn.
    /// </summary>
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
