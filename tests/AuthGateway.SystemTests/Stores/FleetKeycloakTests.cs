using System.Diagnostics;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Ten replicas on a real Redis with the real Keycloak, single-use refresh tokens and no tolerance there: what made them other than one.</summary>
public sealed class FleetKeycloakTests(KeycloakFleet fleet) : IClassFixture<KeycloakFleet>, IAsyncLifetime
{
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(36);

    public async ValueTask InitializeAsync() => await fleet.PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        fleet.Front.Held.Clear();
        fleet.Line.Join();
        await fleet.LetAccessTokensLiveAsync(KeycloakFleet.AccessSeconds);
    }

    [Fact]
    public async Task T1_callback_that_comes_to_two_replicas_at_once_and_again_to_a_third_is_one_login_that_lives()
    {
        for (var round = 0; round < 3; round++)
        {
            var (target, cookies) = await fleet.UpToCallbackAsync(round);
            var before = fleet.Front.Codes;

            var answers = await Task.WhenAll(new[] { fleet.All[3 + round], fleet.All[6 + round] }.Select(rig => rig.SendAsync("GET", target, "Accept: text/html", "Cookie: " + cookies)));
            var again = await fleet.All[9].SendAsync("GET", target, "Accept: text/html", "Cookie: " + cookies);

            Assert.Equal([302, 400], answers.Select(answer => answer.Status).Order());
            Assert.Equal(400, again.Status);
            Assert.Equal(before + 1, fleet.Front.Codes);
            var made = answers.Single(answer => answer.Status == 302).SetCookies.Single(line => line.StartsWith("authservice_session=", StringComparison.Ordinal));
            var (session, login) = (KeycloakFleet.SessionIn(made.Split(';')[0]), fleet.Front.LastLogin);
            Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
            if (round == 2)
            {
                // Keycloak would not refresh a login whose code was redeemed twice.
                await fleet.ServedUntilAsync([session], () => fleet.Front.Refreshed(login) == 1, "its first refresh");
                await fleet.ServedUntilAsync([session], () => fleet.Front.Refreshed(login) == 2, "and the next");
                ExpectAllGood(login);
            }
        }
    }

    [Fact]
    public async Task T2_slow_T3_cut_and_T4_silent_refreshes_cost_no_login_that_can_be_saved()
    {
        // What comes after 25 s must not be over by then.
        await fleet.LetAccessTokensLiveAsync(30);
        var cut = await LogInAsync(8);
        var (cutSessions, cutLogins) = (cut.Select(one => one.Session).ToArray(), cut.Select(one => one.Login).ToArray());
        var (slow, silent) = (await fleet.LogInAsync(4), await fleet.LogInAsync(5));
        var rotated = 0;
        var lineIsCut = new TaskCompletionSource();
        foreach (var login in cutLogins)
        {
            fleet.Front.Held[login] = () =>
            {
                // Between Keycloak's rotation and the store, when all eight have rotated.
                if (Interlocked.Increment(ref rotated) == cutLogins.Length)
                {
                    fleet.Line.Cut();
                    lineIsCut.SetResult();
                }

                return lineIsCut.Task;
            };
        }

        var isHeld = 0;
        fleet.Front.Held[slow.Login] = () => Interlocked.Exchange(ref isHeld, 1) == 0 ? Task.Delay(TimeSpan.FromSeconds(25)) : Task.CompletedTask;
        fleet.Front.Held[silent.Login] = () => Task.Delay(Timeout.Infinite);
        var began = Stopwatch.StartNew();
        await UntilAsync(
            async () => (await Task.WhenAll(cutSessions.Select(fleet.All[0].StatusAsync))).All(status => status == 200) && lineIsCut.Task.IsCompleted,
            "eight tokens are rotated for the replica that is cut now");
        var since = Stopwatch.StartNew();
        cutLogins.ToList().ForEach(login => fleet.Front.Held.TryRemove(login, out _));

        var asked = Task.Run(() => UntilAsync(async () => (await fleet.AskAllAsync(silent.Session, first: 1)).All(status => status == 401), "the grace of the login without an answer is over"));
        await fleet.ServedUntilAsync([.. cutSessions, slow.Session], () => since.Elapsed > Cut, "36 s without Redis", first: 1);
        await asked;
        Assert.All(cutLogins, login => Assert.Equal(1, fleet.Front.Refreshed(login)));
        Assert.Equal(1, fleet.Front.Refreshed(silent.Login));
        fleet.Front.Held.Clear();
        fleet.Line.Join();

        await fleet.ServedUntilAsync([.. cutSessions, slow.Session], () => cutLogins.Append(slow.Login).All(login => fleet.Front.Refreshed(login) >= 2), "the newer tokens are stored and used", first: 1);
        ExpectAllGood([.. cutLogins, slow.Login]);
        await UntilAsync(async () => await fleet.All[0].StatusAsync(cutSessions[0]) == 200, "the one that was cut serves again");
        TestContext.Current.TestOutputHelper?.WriteLine($"8 sessions cut for 36 s, one answer held 25 s: 0 of 9 lost, {began.Elapsed.TotalSeconds:0} s");
    }

    [Fact]
    public async Task T5_logout_at_keycloak_counts_on_all_ten_while_redis_is_full_and_T7_all_stay_ready()
    {
        var (session, login) = await fleet.LogInAsync(2, "bob");
        Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
        fleet.Choose(3);
        await fleet.Redis.CommandAsync("CONFIG SET maxmemory 1");
        await UntilAsync(async () => (await KeycloakFleet.ReadyAsync(fleet.All)).All(answer => answer.Text.Contains("out of memory", StringComparison.Ordinal)), "full is said by all ten");
        Assert.All(await KeycloakFleet.ReadyAsync(fleet.All), answer => Assert.Equal(200, answer.Status));

        await fleet.Admin.EndSessionAsync(login);
        var took = await UntilAsync(async () => (await fleet.AskAllAsync(session)).All(status => status == 401), "refused by all ten");

        TestContext.Current.TestOutputHelper?.WriteLine($"refused by all ten {took.TotalMilliseconds:0} ms after Keycloak's logout, with a full Redis");
        Assert.InRange(took.TotalSeconds, 0, 5);
        await fleet.Redis.CommandAsync("CONFIG SET maxmemory 0");
        await fleet.All[7].RestartAsync();
        Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(401, status));
    }

    [Fact]
    public async Task T6_session_in_memory_counts_on_all_ten_after_a_refresh_elsewhere_while_redis_is_silent_and_away_and_ends_with_an_emptied_one()
    {
        var (session, login) = await fleet.LogInAsync(1);
        Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
        await UntilAsync(async () => await fleet.All[4].StatusAsync(session) == 200 && fleet.Front.Refreshed(login) == 1, "one replica has refreshed it");

        await fleet.Redis.SignalAsync("STOP");
        Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
        await fleet.Redis.SignalAsync("CONT");
        await fleet.ServedUntilAsync([session], () => fleet.Front.Refreshed(login) == 2, "the next refresh, by any");
        await fleet.Redis.StopAsync();
        for (var round = 0; round < 5; round++)
            Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
        await fleet.Redis.StartAgainAsync();
        await fleet.ServedUntilAsync([session], () => fleet.Front.Refreshed(login) == 3, "a refresh after Redis came back");
        ExpectAllGood(login);

        await fleet.Redis.CommandAsync("CONFIG SET appendonly no");
        await fleet.Redis.StopAsync();
        foreach (var folder in Directory.GetDirectories(fleet.Redis.FolderPath))
            Directory.Delete(folder, recursive: true);
        await fleet.Redis.StartAgainAsync();
        await UntilAsync(async () => (await fleet.AskAllAsync(session)).All(status => status == 401), "over at all ten");
    }

    [Fact]
    public async Task T8_replica_that_is_cut_serves_to_its_bound_while_the_other_nine_go_on_and_T11_tells_nobody_where_its_store_is()
    {
        var (session, _) = await fleet.LogInAsync(1);
        Assert.All(await fleet.AskAllAsync(session), status => Assert.Equal(200, status));
        fleet.Line.Cut();
        var cut = Stopwatch.StartNew();
        Assert.Equal(200, await fleet.All[0].StatusAsync(session));
        Assert.Equal(201, (await fleet.All[5].SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0")).Status);
        await UntilAsync(async () => (await fleet.AskAllAsync(session, first: 1)).All(status => status == 401), "over at nine");
        var (other, _) = await fleet.LogInAsync(6);

        await UntilAsync(
            async () =>
            {
                Assert.All(await fleet.AskAllAsync(other, first: 1), status => Assert.Equal(200, status));
                return await fleet.All[0].StatusAsync(session) == 503;
            },
            "the bound of 20 s is over");
        await ExpectPageWithoutTheStoresNameAsync(fleet.All[0], session);

        Assert.InRange(cut.Elapsed.TotalSeconds, 15, 30);
        fleet.Line.Join();
        await UntilAsync(async () => await fleet.All[0].StatusAsync(session) == 401 && await fleet.All[0].StatusAsync(other) == 200, "the tenth knows what the others know");
    }

    [Fact]
    public async Task T9_replica_with_another_secret_is_named_by_all_ten_and_by_itself()
    {
        await using var odd = await fleet.StartAsync(("SESSION_SECRET", new string('x', 40)));

        await UntilAsync(async () => (await KeycloakFleet.ReadyAsync(fleet.All)).All(answer => answer.Text.Contains("another SESSION_SECRET", StringComparison.Ordinal)), "named by all ten");
        await UntilAsync(async () => (await odd.ProbeAsync("/readyz")).Text.Contains("another SESSION_SECRET", StringComparison.Ordinal), "named by the odd one");
        Assert.Contains("Other replicas seen: 10 (", (await odd.ProbeAsync("/readyz")).Text, StringComparison.Ordinal);
        Assert.All(await KeycloakFleet.ReadyAsync(fleet.All), answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task T10_session_in_use_is_idle_on_none_of_ten_while_a_full_redis_takes_no_use()
    {
        await fleet.LetAccessTokensLiveAsync(300);
        var ten = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fleet.StartAsync(("SESSION_IDLE_TIMEOUT", "20s"), ("SESSION_STORE_REDIS_PREFIX", "idle:"))));
        try
        {
            var (unused, _) = await fleet.LogInAsync(ten[0], "bob");
            await Task.Delay(TimeSpan.FromSeconds(25));
            var (used, _) = await fleet.LogInAsync(ten[0]);
            Assert.All(await KeycloakFleet.AskAsync(ten, used), status => Assert.Equal(200, status));
            await fleet.Redis.CommandAsync("CONFIG SET maxmemory 1");
            await UntilAsync(async () => (await KeycloakFleet.ReadyAsync(ten)).All(answer => answer.Text.Contains("out of memory", StringComparison.Ordinal)), "full is said by all ten");
            for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(2000))
                Assert.Equal(200, await ten[0].StatusAsync(used));
            Assert.All(await KeycloakFleet.AskAsync(ten, used), status => Assert.Equal(200, status));
            Assert.All(await KeycloakFleet.AskAsync(ten, unused), status => Assert.Equal(401, status));
            await fleet.Redis.CommandAsync("CONFIG SET maxmemory 0");
            await UntilAsync(async () => (await KeycloakFleet.ReadyAsync(ten)).All(answer => !answer.Text.Contains("out of memory", StringComparison.Ordinal)), "room is said by all ten");
            Assert.Equal(200, await ten[0].StatusAsync(used));
            await ten[5].RestartAsync();
            Assert.All(await KeycloakFleet.AskAsync(ten, used), status => Assert.Equal(200, status));
        }
        finally
        {
            await fleet.Redis.CommandAsync("CONFIG SET maxmemory 0");
            foreach (var rig in ten)
                await rig.DisposeAsync();
        }
    }

    [Fact]
    public async Task T12_size_of_a_session_with_keycloaks_tokens_is_as_documented()
    {
        var before = await fleet.MemoryAsync();
        for (var i = 0; i < 10; i++)
            await fleet.LogInAsync(i);

        var each = (await fleet.MemoryAsync() - before) / 10.0 / 1024;

        TestContext.Current.TestOutputHelper?.WriteLine($"{each:0.0} KiB of Redis a session");
        Assert.InRange(each, 2, 12);
    }

    private async Task<(string Session, string Login)[]> LogInAsync(int count)
    {
        var all = new List<(string, string)>();
        while (all.Count < count)
            all.Add(await fleet.LogInAsync(0));
        return [.. all];
    }

    /// <summary>A visit while the store is away: a page that names neither address nor setting.</summary>
    private async Task ExpectPageWithoutTheStoresNameAsync(GatewayRig rig, string session)
    {
        var page = await rig.SendAsync("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Cookie: authservice_session=" + session);
        Assert.Equal(503, page.Status);
        Assert.Contains("session store", page.Text, StringComparison.Ordinal);
        Assert.All([$"{fleet.Redis.Port}", $"{fleet.Line.Port}", "SESSION_"], part => Assert.DoesNotContain(part, page.Text, StringComparison.Ordinal));
    }

    /// <summary>Keycloak has refused nothing.</summary>
    private void ExpectAllGood(params string[] logins) =>
        Assert.All(logins, login => Assert.All(fleet.Front.Refreshes[login], status => Assert.Equal(200, status)));

    private static Task<TimeSpan> UntilAsync(Func<Task<bool>> condition, string what) => Deadline.UntilAsync(condition, TimeSpan.FromSeconds(40), () => what, 100);
}
