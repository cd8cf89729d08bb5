using AuthGateway.Sessions;

namespace AuthGateway.Tests.Sessions;

/// <summary>Writing to the store is not minting: without <c>SESSION_SECRET</c> and the cookie nobody makes a session or becomes somebody else.</summary>
public sealed class ForgeryTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private static readonly ProviderUser Bob = ProviderUser.Alice with { Subject = "sub-bob", Email = "bob@example.test" };
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";

    public static TheoryData<string> Stores => ["sqlite", "redis"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Row_under_a_key_of_ones_own_is_no_session(string kind)
    {
        await using var rig = await StartAsync(kind);
        var alice = IdOf(rig.SessionOf(await rig.LogInAsync()));
        var own = SessionId.New();
        using (var store = Raw(rig, kind))
        {
            store.CopyRow(alice.Hash, own.Hash);
        }

        Assert.Equal(401, (await AskAsync(rig, own)).Status);
        Assert.Equal(200, (await AskAsync(rig, alice)).Status);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Sealed_part_of_another_row_opens_for_nobody(string kind)
    {
        await using var rig = await StartAsync(kind);
        var (alice, bob) = (IdOf(rig.SessionOf(await rig.LogInAsync())), IdOf(rig.SessionOf(await rig.LogInAsync(Bob))));
        byte[] aliceSealed, bobSealed;
        using (var store = Raw(rig, kind))
        {
            (aliceSealed, bobSealed) = (store.Sealed(alice.Hash), store.Sealed(bob.Hash));
            store.SetSealed(alice.Hash, bobSealed);
            store.SetSealed(bob.Hash, aliceSealed);
        }

        await rig.RestartAsync();
        Assert.Equal(401, (await AskAsync(rig, alice)).Status);
        Assert.Equal(401, (await AskAsync(rig, bob)).Status);
        using (var store = Raw(rig, kind))
        {
            store.SetSealed(alice.Hash, aliceSealed);
        }

        Assert.Equal("alice@example.test", await UserAsync(rig, alice));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Edited_columns_change_neither_identity_nor_age(string kind)
    {
        var clock = new ShiftedClock();
        await using var rig = await StartAsync(kind, clock);
        var alice = IdOf(rig.SessionOf(await rig.LogInAsync()));
        using (var store = Raw(rig, kind))
        {
            store.RewriteColumns(alice.Hash);
        }

        await rig.RestartAsync();
        Assert.Equal("alice@example.test", await UserAsync(rig, alice));
        clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(401, (await AskAsync(rig, alice)).Status);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Damaged_sealed_part_is_a_login_and_no_error(string kind)
    {
        await using var rig = await StartAsync(kind);
        var alice = IdOf(rig.SessionOf(await rig.LogInAsync()));
        using var store = Raw(rig, kind);
        var good = store.Sealed(alice.Hash);
        byte[] flipped = [.. good];
        flipped[^1] ^= 1;
        foreach (var bad in new[] { flipped, good[..^1], good[..20], [], [.. good, 0] })
        {
            store.SetSealed(alice.Hash, bad);
            await rig.RestartAsync();
            Assert.Equal(401, (await AskAsync(rig, alice)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Secret_is_replaced_without_a_logout(string kind)
    {
        var (first, second) = (new string('1', 40), new string('2', 40));
        await using var rig = await StartAsync(kind, secret: first);
        var old = IdOf(rig.SessionOf(await rig.LogInAsync()));

        await rig.RestartAsync(environment => environment["SESSION_SECRET"] = $"{second} {first}");
        Assert.Equal(200, (await AskAsync(rig, old)).Status);
        var young = IdOf(rig.SessionOf(await rig.LogInAsync()));

        await rig.RestartAsync(environment => environment["SESSION_SECRET"] = second);
        Assert.Equal(401, (await AskAsync(rig, old)).Status);
        Assert.Equal(200, (await AskAsync(rig, young)).Status);
    }

    private Task<GatewayRig> StartAsync(string kind, TimeProvider? clock = null, string? secret = null)
    {
        var settings = kind == "redis"
            ? new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = redis.Address, ["SESSION_STORE_REDIS_PREFIX"] = _prefix, ["SHUTDOWN_DELAY"] = "off" }
            : [];
        if (secret is not null)
        {
            settings["SESSION_SECRET"] = secret;
        }

        return GatewayRig.StartAsync(settings: settings, clock: clock);
    }

    private IRawStore Raw(GatewayRig rig, string kind) => kind == "redis" ? new RawRedis(redis.Address, _prefix) : new RawSqlite(rig.StorePath);

    private static SessionId IdOf(string cookie) => SessionId.TryParse(cookie, out var id) ? id! : throw new InvalidOperationException("no session id");

    private static Task<RawResponse> AskAsync(GatewayRig rig, SessionId id) => rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + id.Reveal());

    private static async Task<string?> UserAsync(GatewayRig rig, SessionId id)
    {
        Assert.Equal(200, (await AskAsync(rig, id)).Status);
        return rig.Upstream.Last.Header("kubeflow-userid");
    }
}
