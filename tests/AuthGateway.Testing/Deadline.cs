using System.Diagnostics;

namespace AuthGateway.Testing;

/// <summary>Waiting in tests: look again until it is true, fail with a sentence when time is up.</summary>
internal static class Deadline
{
    /// <summary><paramref name="what"/> is asked when time is up, so that a log in it is whole. Returns how long it took.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> what, int everyMilliseconds = 50)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                Assert.Fail($"Not within {limit.TotalSeconds} s: {what()}");
            }

            await Task.Delay(everyMilliseconds);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    public static Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 15) => UntilAsync(condition, () => what, seconds);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, Func{string}, int)"/>
    public static Task UntilAsync(Func<Task<bool>> condition, Func<string> what, double seconds = 15) =>
        UntilAsync(condition, TimeSpan.FromSeconds(seconds), what, everyMilliseconds: 20);

    public static Task UntilAsync(Func<bool> condition, string what, double seconds = 15) =>
        UntilAsync(() => Task.FromResult(condition()), () => what, seconds);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, Func{string}, int)"/>
    public static Task UntilAsync(Func<bool> condition, Func<string> what, double seconds = 15) =>
        UntilAsync(() => Task.FromResult(condition()), what, seconds);
}
