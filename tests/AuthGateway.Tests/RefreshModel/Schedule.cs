using AuthGateway.Access;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>
/// One run: a session, its replicas, and what happens to them. Judges every refresh token that is sent, every end and every request that is served; the
/// rules are those of docs/refresh.md, written anew here and not read from the code under test.
/// </summary>
internal sealed partial class Schedule
{
    private const long MaxAge = 6 * 3600_000;
    private const long HolderPatience = 600_000;
    private const long Grace = 60_000;

    /// <summary><c>SESSION_STORE_MAX_SILENCE</c>.</summary>
    private const long StoreSilence = 900_000;

    /// <summary>What a call has before the process may end.</summary>
    private const long LastAnswer = 25_000;
    private readonly World _world;
    private readonly SessionCodec _codec;
    private readonly List<Replica> _replicas = [];
    private readonly List<Replica> _leaving = [];
    private long _endedAt = -1;
    private bool _isRevoked;
    private bool _isSentTwice;
    private bool _isLoggedOut;

    public Schedule(int seed, Guard off, ModelFixture fixture, List<string>? story = null)
    {
        _world = new World(seed) { Story = story };
        Off = off;
        Sealer = fixture.Sealer;
        Former = fixture.Former;
        Id = fixture.Id;
        Cookie = Id.Reveal();
        Setup = Setup.Draw(_world.Random);
        _world.Tell($"{Setup.Replicas} replicas, strict {Setup.IsStrict}, grace {Setup.HasGrace}, rotating {Setup.IsRotating}, reuse {Setup.DetectsReuse}, access {Setup.AccessLife}, refresh {Setup.RefreshLife}");
        var clock = new ReplicaClock(_world, null!);
        _codec = new SessionCodec(Sealer, Former, new RefreshSchedule(Setup.Options, new LearnedInterval()), new ForwardedIdTokens(clock), Setup.Options.Session);
        Store = new ModelStore(_world, FirstRow());
        Provider = new ModelProvider(_world, Setup);
        for (var i = 0; i < Setup.Replicas; i++)
        {
            _replicas.Add(new Replica(_world, this, i));
        }
    }

    public Guard Off { get; }

    public Setup Setup { get; }

    public ModelStore Store { get; }

    public ModelProvider Provider { get; }

    public Sealer Sealer { get; }

    public FormerSession Former { get; }

    public SessionId Id { get; }

    public string Cookie { get; }

    public List<string> Run()
    {
        var horizon = Math.Min(MaxAge, Setup.Rest * 22L);
        PlanUses(horizon);
        PlanTrouble(horizon);
        _world.Run(horizon);
        return _world.Violations;
    }

    private SessionRow FirstRow()
    {
        var start = World.Start.ToUnixTimeSeconds();
        var payload = new SessionPayload
        {
            Identity = new AuthGateway.Access.Identity { UserId = "alice", RawUserId = "alice" },
            CreatedAtSeconds = start,
            ExpiresAtSeconds = start + (MaxAge / 1000),
            AccessToken = "access",
            RefreshToken = "token-0",
            AccessTokenExpiresAtSeconds = start + Setup.AccessLife,
            RefreshTokenExpiresAtSeconds = Setup.RefreshLife == 0 ? 0 : start + Setup.RefreshLife,
            RefreshedAtSeconds = start,
        };
        return new SessionRow
        {
            Hash = Id.Hash,
            Sealed = _codec.Seal(payload, Id),
            CreatedAt = World.Start,
            ExpiresAt = World.Start.AddMilliseconds(MaxAge),
            LastUsedAt = World.Start,
            AuthenticatedAt = World.Start,
        };
    }
}
