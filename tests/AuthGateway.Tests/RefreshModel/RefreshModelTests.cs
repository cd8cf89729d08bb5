using System.Collections.Concurrent;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>
/// The refresh of docs/refresh.md against chance: the real classes, up to ten replicas, a provider that is slow, loses answers and detects reuse, a store
/// that is cut off, kills. No refresh token is sent twice where that could cost a login, no session is lost but by the provider's own rules, nobody is
/// served longer than documented; and each guard is needed: without it the same schedules break a rule.
/// </summary>
public class RefreshModelTests
{
    /// <summary>Schedules of one run; a longer one by <c>AUTHGATEWAY_MODEL_SCHEDULES</c>.</summary>
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("AUTHGATEWAY_MODEL_SCHEDULES"), out var count) ? count : 100_000;

    [Fact]
    public void No_schedule_breaks_a_rule()
    {
        var broken = Run(Guard.None, 0, Count, untilBroken: false);

        Assert.True(broken.IsEmpty, $"{broken.Count} of {Count} schedules:\n{string.Join('\n', broken.Take(10))}\n{string.Join("\n--\n", broken.Take(3).Select(one => StoryOf(one.Seed, Guard.None)))}");
    }

    [Theory]
    [InlineData(Guard.OneHolder)]
    [InlineData(Guard.Patience)]
    [InlineData(Guard.LeaseOnWhatWasRead)]
    [InlineData(Guard.Renewal)]
    [InlineData(Guard.Fence)]
    [InlineData(Guard.EndOfWhatWasRefused)]
    [InlineData(Guard.HolderId)]
    [InlineData(Guard.SameAsker)]
    [InlineData(Guard.EndedStaysEnded)]
    [InlineData(Guard.LostAnswer)]
    [InlineData(Guard.LongCall)]
    [InlineData(Guard.EarlyNote)]
    [InlineData(Guard.LastRefresh)]
    [InlineData(Guard.FinishBeforeTheEnd)]
    [InlineData(Guard.SilenceBound)]
    [InlineData(Guard.MemoryCounts)]
    public void Without_a_guard_the_model_finds_a_broken_rule(Guard off) =>
        Assert.False(Run(off, 0, 100_000, untilBroken: true).IsEmpty, $"Nothing was found without {off}: the guard is not needed, or the model is blind.");

    private static ConcurrentBag<(int Seed, string Rule)> Run(Guard off, int first, int count, bool untilBroken)
    {
        var broken = new ConcurrentBag<(int Seed, string Rule)>();
        // Not all processors: the gateways of other tests need the thread pool too.
        var half = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2) };
        Parallel.For(first, first + count, half, () => new ModelFixture(), (seed, state, shared) =>
        {
            var violations = new Schedule(seed, off, shared).Run();
            if (violations.Count > 0)
            {
                broken.Add((seed, violations[0]));
                if (untilBroken || broken.Count > 20)
                {
                    state.Stop();
                }
            }

            return shared;
        }, _ => { });
        return broken;
    }

    private static string StoryOf(int seed, Guard off)
    {
        var story = new List<string>();
        new Schedule(seed, off, new ModelFixture(), story).Run();
        return string.Join('\n', story);
    }
}
