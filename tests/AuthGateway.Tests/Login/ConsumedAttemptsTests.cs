using System.Diagnostics;
using System.Globalization;
using AuthGateway.Oidc.Login.Attempts;

namespace AuthGateway.Tests.Login;

/// <summary>Anybody can begin and break off logins: what is remembered of them costs no later one.</summary>
public class ConsumedAttemptsTests
{
    [Fact]
    public void Flood_of_callbacks_makes_the_next_one_no_slower()
    {
        var consumed = new ConsumedAttempts(new ShiftedClock());
        for (var i = 0; i < 101_000; i++)
        {
            Assert.True(consumed.TryTake(i.ToString(CultureInfo.InvariantCulture)));
        }

        // Looking through all that is remembered took more than a millisecond each.
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(consumed.TryTake("late-" + i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.False(consumed.TryTake("late-0"));
        Assert.False(consumed.TryTake("100999"));
    }

    [Fact]
    public void Attempt_is_taken_once_for_the_life_of_a_login()
    {
        var clock = new ShiftedClock();
        var consumed = new ConsumedAttempts(clock);
        Assert.True(consumed.TryTake("first"));
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.True(consumed.TryTake("second"));
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(consumed.TryTake("first"));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(consumed.TryTake("second"));
    }
}
