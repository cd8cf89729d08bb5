using System.Diagnostics.Metrics;
using AuthGateway.Observability;
using AuthGateway.Oidc;
using AuthGateway.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>One gateway of the fleet: the real refresh over a modelled store, provider and clock.</summary>
internal sealed class Replica
{
    private static readonly GatewayMetrics Metrics = new(new Meters());
    private readonly Schedule _schedule;
    private readonly SessionLifecycle _sessions;
    private readonly SessionCache _cache;
    private readonly TokenRefresher _refresher;
    private readonly int _number;
    private long _joinedAt;
    private int _cuts;

    public Replica(World world, Schedule schedule, int number)
    {
        World = world;
        _schedule = schedule;
        _number = number;
        Context = new Steps(this);
        var options = schedule.Setup.Options;
        var clock = new ReplicaClock(world, this);
        var unstored = new UnstoredEnds();
        var learned = new LearnedInterval();
        var store = new StoreLink(world, schedule, this);
        var refreshes = new RefreshSchedule(options, learned);
        var codec = new SessionCodec(schedule.Sealer, schedule.Former, refreshes, new ForwardedIdTokens(clock), options.Session);
        var report = new RefreshReport(Metrics, options.Session, clock, NullLogger<RefreshReport>.Instance);
        _cache = new SessionCache(unstored);
        _sessions = new SessionLifecycle(options.Session, store, _cache, unstored, codec, new StoreHealth(options.Session, clock, NullLogger<StoreHealth>.Instance), clock);
        var renewal = new SessionRenewal(store, codec, refreshes, clock);
        var adoption = new RefreshAdoption(renewal, _sessions, new NoRevoker(), report, clock);
        var reader = new ModelReader(world, schedule.Setup, this);
        var outcomes = new RefreshOutcomes(options, renewal, refreshes, learned, reader, adoption, report, clock);
        _refresher = new TokenRefresher(renewal, _sessions, new ModelCall(world, schedule, this), outcomes, report, clock);
    }

    public World World { get; }

    public SynchronizationContext Context { get; }

    public bool IsDead { get; private set; }

    /// <summary>It does not reach the store.</summary>
    public bool IsCut => _cuts > 0;

    /// <summary>It was cut at, or after, that moment (milliseconds).</summary>
    public bool WasCutSince(long moment) => IsCut || _joinedAt > moment;

    public override string ToString() => $"replica {_number}";

    /// <summary>A request of the session comes here.</summary>
    public async Task UseAsync()
    {
        Session? session;
        try
        {
            session = await _sessions.ResumeAsync(_schedule.Id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return;
        }

        if (session is null)
        {
            _schedule.Refused(this);
            return;
        }

        session.Hold(_schedule.Cookie);
        _schedule.Served(this);
        if (session.WantsRefresh)
        {
            _ = _refresher.RefreshAsync(session);
        }
    }

    public Task LogOutAsync() => _sessions.EndAsync(_schedule.Id.Hash, CancellationToken.None);

    public void Kill()
    {
        IsDead = true;
        World.Tell($"{this} is killed");
    }

    public void Cut(long milliseconds)
    {
        _cuts++;
        World.Tell($"{this} is cut from the store for {milliseconds / 1000.0:0.0} s");
        World.At(milliseconds, this, () =>
        {
            _cuts--;
            _joinedAt = World.Now;
            World.Tell($"{this} is joined again");

            // The store's messages were missed: what is in memory is read again.
            Hear(_schedule.Store.Row is null);
        });
    }

    /// <summary>The store's message of a change elsewhere.</summary>
    public void Hear(bool isEnded)
    {
        if (IsCut)
        {
            return;
        }

        if (isEnded)
        {
            _cache.End(_schedule.Id.Hash, World.Time);
        }
        else
        {
            _cache.Forget(_schedule.Id.Hash);
        }
    }

    private sealed class Steps(Replica replica) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => replica.World.Post(replica, d, state);
    }

    private sealed class NoRevoker : ITokenRevoker
    {
        public void Revoke(SessionPayload? payload)
        {
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
