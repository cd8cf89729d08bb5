using System.Diagnostics;

namespace AuthGateway.SystemTests.Parts;

/// <summary>Waits for something observable, never for time.</summary>
internal static class Poll
{
    /// <summary>Asks again every <paramref name="everyMilliseconds"/> until true; fails with the sentence after the limit. Returns how long it took.</summary>
    public static async Task<TimeSpan> UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, Func<string> sentence, int everyMilliseconds = 50)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > limit)
                Assert.Fail($"Not within {limit.TotalSeconds} s: {sentence()}");
            await Task.Delay(everyMilliseconds, TestContext.Current.CancellationToken);
        }

        return clock.Elapsed;
    }
}
