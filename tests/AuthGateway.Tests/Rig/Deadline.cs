using System.Diagnostics;

namespace AuthGateway.Tests.Rig;

/// <summary>Waiting in tests: look again until it is true, fail with a sentence when time is up.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 15) => UntilAsync(condition, () => what, seconds);

    /// <summary><paramref name="what"/> is asked when time is up, so that a log in it is whole.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, double seconds = 15)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds)
            {
                Assert.Fail($"Not within {seconds} s: {what()}");
            }

            await Task.Delay(Look);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, double seconds = 15) =>
        UntilAsync(() => Task.FromResult(condition()), () => what, seconds);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, Func{string}, double)"/>
    public static Task UntilAsync(Func<bool> condition, Func<string> what, double seconds = 15) =>
        UntilAsync(() => Task.FromResult(condition()), what, seconds);
}
