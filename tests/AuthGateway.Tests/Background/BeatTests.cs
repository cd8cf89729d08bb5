using AuthGateway.Observability;

namespace AuthGateway.Tests.Background;

/// <summary>Background work wakes the processor together, and never later than it asked for.</summary>
public class BeatTests
{
    [Theory]
    [InlineData(0, 1000, 1)]
    [InlineData(1, 1000, 1)]
    [InlineData(999, 1000, 1)]
    [InlineData(1000, 1000, 2)]
    [InlineData(1999, 5000, 6)]
    [InlineData(2000, 60_000, 62)]
    public void Wait_ends_at_the_last_beat_within_its_time(long now, int milliseconds, long beat)
    {
        Assert.Equal(beat, Beat.Due(now, TimeSpan.FromMilliseconds(milliseconds)));
        Assert.InRange(beat * 1000, now + 1, now + milliseconds);
    }

    [Fact]
    public async Task Waits_of_different_moments_end_together_and_what_follows_delays_no_other()
    {
        var threads = new List<string?>();
        var ends = new List<long>();
        var blocked = 0;
        using var block = new ManualResetEvent(initialState: false);
        async Task WaitAsync(int seconds)
        {
            await Beat.WaitAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None).ConfigureAwait(false);
            lock (threads)
            {
                threads.Add(Thread.CurrentThread.Name);
                ends.Add(Environment.TickCount64);
            }

            // One blocks: the others must end all the same.
            if (Interlocked.Exchange(ref blocked, 1) == 0)
            {
                block.WaitOne();
            }
        }

        var began = Environment.TickCount64;
        var waits = Enumerable.Range(0, 6).Select(_ => Task.Run(() => WaitAsync(2), TestContext.Current.CancellationToken)).ToList();
        await Deadline.UntilAsync(() => ends.Count == 6, "all waits end", seconds: 60);
        block.Set();
        await Task.WhenAll(waits);

        Assert.DoesNotContain("beat", threads);
        Assert.All(ends, end => Assert.True(end - began >= 1000 && end / 1000 >= Beat.Due(began, TimeSpan.FromSeconds(2))));
    }

    [Fact]
    public async Task Cancelled_wait_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        var wait = Beat.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        Assert.False(wait.IsCompleted);

        await stop.CancelAsync();

        await Deadline.UntilAsync(() => wait.IsCompletedSuccessfully, "the wait ends");
        await Beat.WaitAsync(TimeSpan.FromHours(1), stop.Token);
    }

    [Fact]
    public async Task Short_wait_is_not_rounded_to_nothing()
    {
        var began = Environment.TickCount64;
        await Beat.WaitAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        Assert.InRange(Environment.TickCount64 - began, 190, 60_000);
    }
}
