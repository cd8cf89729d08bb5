using AuthGateway.Authentication.Bearer;
using Microsoft.Extensions.Time.Testing;

namespace AuthGateway.Tests.Authentication;

/// <summary>What is remembered of tokens, and what strangers' tokens may cost the one who is asked.</summary>
public class TokenCacheTests
{
    private static readonly Dictionary<string, string> Cached = new() { ["CACHE_ENABLED"] = "true", ["CACHE_EXPIRATION_MINUTES"] = "5" };

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 3)]
    public async Task D25_good_answer_is_remembered_where_the_operator_says_so(string enabled, int calls)
    {
        await using var rig = await OpaqueTokenTests.StartAsync(new Dictionary<string, string>(Cached) { ["CACHE_ENABLED"] = enabled });
        var token = OpaqueTokens.Install(rig.Provider).Issue();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        }

        Assert.Equal(calls, rig.Provider.Count("introspect"));
    }

    [Fact]
    public async Task D25_remembered_answer_ends_with_the_token()
    {
        var clock = new ShiftedClock();
        await using var rig = await OpaqueTokenTests.StartAsync(Cached, clock: clock);
        var token = OpaqueTokens.Install(rig.Provider).Issue(answer => answer["exp"] = TokenMint.Seconds(60));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        clock.Advance(TimeSpan.FromSeconds(65));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task D25_revoked_token_is_refused_once_the_remembered_answer_is_old()
    {
        var clock = new ShiftedClock();
        await using var rig = await OpaqueTokenTests.StartAsync(Cached, clock: clock);
        var tokens = OpaqueTokens.Install(rig.Provider);
        var token = tokens.Issue();
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        tokens.Introspections.Clear();
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Bad_token_is_asked_about_once_in_ten_seconds()
    {
        var clock = new ShiftedClock();
        await using var rig = await OpaqueTokenTests.StartAsync(clock: clock);
        OpaqueTokens.Install(rig.Provider);
        const string Token = "no-such-token-anywhere";
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token)).Status);
        }

        Assert.Equal(1, rig.Provider.Count("introspect"));
        clock.Advance(TimeSpan.FromSeconds(11));
        await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token);
        Assert.Equal(2, rig.Provider.Count("introspect"));
    }

    [Fact]
    public async Task Flood_of_garbage_costs_the_provider_a_few_calls_and_leaves_known_tokens_alone()
    {
        await using var rig = await OpaqueTokenTests.StartAsync();
        var token = OpaqueTokens.Install(rig.Provider).Issue();
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        var before = rig.Provider.Count("introspect");
        using var client = await RawClient.ConnectAsync(rig.Address);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 500; i++)
        {
            await client.SendAsync($"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAuthorization: Bearer garbage-of-a-plausible-length-{i}\r\n\r\n");
            Assert.True((await client.ReadAsync())!.Status is 401 or 429);
        }

        Assert.InRange(rig.Provider.Count("introspect") - before, 1, UnknownTokenLimiter.Burst + 1 + (int)watch.Elapsed.TotalSeconds);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Many_good_tokens_at_once_use_no_budget_up()
    {
        await using var rig = await OpaqueTokenTests.StartAsync();
        var tokens = OpaqueTokens.Install(rig.Provider);

        var answers = await Task.WhenAll(Enumerable.Range(0, 3 * UnknownTokenLimiter.Burst).Select(_ => rig.SendAsync("GET", "/app", "Authorization: Bearer " + tokens.Issue())));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task Requests_with_one_token_share_one_call()
    {
        await using var rig = await OpaqueTokenTests.StartAsync(Cached);
        var tokens = OpaqueTokens.Install(rig.Provider);
        var token = tokens.Issue();
        var gate = new TaskCompletionSource();
        var answerAsync = rig.Provider.Faults["introspect"];
        rig.Provider.Faults["introspect"] = async context =>
        {
            await gate.Task;
            return await answerAsync(context);
        };

        var all = Enumerable.Range(0, 20).Select(_ => rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).ToList();
        await Deadline.UntilAsync(() => Task.FromResult(rig.Provider.Count("introspect") > 0), "the call");
        gate.SetResult();

        Assert.All(await Task.WhenAll(all), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(1, rig.Provider.Count("introspect"));
    }

    [Theory]
    [InlineData(413)]
    [InlineData(414)]
    [InlineData(431)]
    public async Task Token_that_is_too_long_for_the_provider_is_a_bad_one_and_no_outage(int status)
    {
        await using var rig = await OpaqueTokenTests.StartAsync();
        var tokens = OpaqueTokens.Install(rig.Provider);
        var token = tokens.Issue();
        var odd = tokens.Issue();
        tokens.UserInfos.TryRemove(odd, out _);
        tokens.UnknownStatus = status;

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + odd)).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Token_that_was_good_is_asked_about_although_an_odd_one_met_an_outage()
    {
        await using var rig = await OpaqueTokenTests.StartAsync();
        var tokens = OpaqueTokens.Install(rig.Provider);
        var (token, odd) = (tokens.Issue(), tokens.Issue());
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        tokens.UserInfos.TryRemove(odd, out _);
        tokens.UnknownStatus = 500;

        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + odd)).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Longer_than_any_opaque_token_is_asked_about_by_nobody()
    {
        await using var rig = await OpaqueTokenTests.StartAsync();
        OpaqueTokens.Install(rig.Provider);

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + new string('A', 10_000))).Status);
        Assert.Equal(0, rig.Provider.Count("introspect") + rig.Provider.Count("userinfo"));
    }

    [Fact]
    public async Task D26_outage_is_told_apart_from_a_bad_token_and_ends_by_itself()
    {
        var clock = new ShiftedClock();
        await using var rig = await OpaqueTokenTests.StartAsync(clock: clock);
        var token = OpaqueTokens.Install(rig.Provider).Issue();
        var good = rig.Provider.Faults["introspect"];
        rig.Provider.Faults["introspect"] = Fault.Answer(502, "");
        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        rig.Provider.Faults["introspect"] = good;

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public void Memory_is_bounded_and_the_newest_stay()
    {
        var cache = new TokenCache(new FakeTimeProvider());
        var end = DateTimeOffset.MaxValue;
        for (var i = 0; i < 5 * TokenCache.GenerationSize; i++)
        {
            cache.Remember("token-" + i, TokenRefusal.Unknown, end, wasGood: false);
        }

        var kept = Enumerable.Range(0, 5 * TokenCache.GenerationSize).Where(i => cache.Find("token-" + i) is not null).ToList();
        Assert.InRange(kept.Count, TokenCache.GenerationSize, 2 * TokenCache.GenerationSize);
        Assert.Contains((5 * TokenCache.GenerationSize) - 1, kept);
        Assert.DoesNotContain(0, kept);
    }

    [Fact]
    public void Budget_fills_up_by_one_each_second_and_no_further_than_its_burst()
    {
        var time = new FakeTimeProvider();
        var budget = new UnknownTokenLimiter(time);
        int Taken() => Enumerable.Range(0, 100).TakeWhile(_ => budget.TryTake()).Count();

        Assert.Equal(UnknownTokenLimiter.Burst, Taken());
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, Taken());
        budget.GiveBack();
        Assert.Equal(1, Taken());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(UnknownTokenLimiter.Burst, Taken());
    }
}
