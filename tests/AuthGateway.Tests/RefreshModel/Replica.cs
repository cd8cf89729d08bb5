using System.Diagnostics.Metrics;
using AuthGateway.Observability;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;
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
    private readonly ShutdownDeadline _end;
    private readonly StoreHealth _health;
    private readonly ReplicaClock _clock;
    private readonly int _number;
    private long _joinedAt;
    private long _cutAt;
    private int _cuts;
    private long _longestCut;
    private bool _hasServed;

    public Replica(World world, Schedule schedule, int number)
    {
        World = world;
        _schedule = schedule;
        _number = number;
        Context = new Steps(this);
        var options = schedule.Setup.Options;
        var clock = _clock = new ReplicaClock(world, this);
        _end = new ShutdownDeadline(options.Server, clock);
        var unstored = new PendingSessionEnds();
        var learned = new LearnedInterval();
        var store = new StoreLink(world, schedule, this);
        var refreshes = new RefreshSchedule(options, learned);
        var codec = new SessionCodec(schedule.Sealer, schedule.Former, refreshes, new ForwardedIdTokens(clock), options.Session);
        var report = new RefreshLog(Metrics, options.Session, clock, NullLogger<RefreshLog>.Instance);
        _cache = new SessionCache(unstored);
        _health = new StoreHealth(options.Session, clock, NullLogger<StoreHealth>.Instance);
        _health.Up();
        _sessions = new SessionLifecycle(options.Session, store, _cache, unstored, codec, _health, clock);
        var renewal = new SessionRenewal(store, codec, refreshes, _health, clock);
        var adoption = new RefreshCompletion(renewal, _sessions, new NoRevoker(), report, clock);
        var reader = new ModelReader(world, schedule.Setup, this);
        var outcomes = new RefreshOutcomes(refreshes, reader, adoption, report, clock);
        var leases = new RefreshLeases(renewal, _sessions, report, _end, clock);
        var exchange = new RefreshExchange(new ModelCall(world, schedule, this), renewal, report, clock);
        _refresher = new TokenRefresher(leases, exchange, outcomes, report, clock);
    }

    public World World { get; }

    public SynchronizationContext Context { get; }

    public bool IsDead { get; private set; }

    /// <summary>It does not reach the store.</summary>
    public bool IsCut => _cuts > 0;

    /// <summary>How long it has not reached the store, milliseconds.</summary>
    public long CutFor => IsCut ? World.Now - _cutAt : 0;

    /// <summary>The longest of its cuts, milliseconds.</summary>
    public long LongestCut => Math.Max(_longestCut, CutFor);

    /// <summary>It was told to end.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>It was cut at, or after, that moment (milliseconds).</summary>
    public bool WasCutSince(long moment) => IsCut || _joinedAt > moment;

    /// <summary>Since that moment there was a time when the store took no write of it.</summary>
    public bool CouldNotWriteSince(long moment) => WasCutSince(moment) || _schedule.Store.RefusedWritesSince(moment);

    public override string ToString() => $"replica {_number}";

    /// <summary>A request of the session comes here.</summary>
    public async Task UseAsync()
    {
        Session? session;
        try
        {
            session = _schedule.Off == Guard.MemoryCounts && IsCut && _cache.TryGet(_schedule.Id.Hash, out var known) && known!.IsStale
                ? throw new StoreUnavailableException("not in force")
                : await _sessions.ResumeAsync(_schedule.Id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            _schedule.Unanswered(this, _hasServed);
            return;
        }

        _hasServed = session is not null;
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

    /// <summary>The end is tried again until the store has it.</summary>
    public async Task LogOutAsync()
    {
        while (true)
        {
            try
            {
                await _sessions.EndAsync(_schedule.Id.Hash, CancellationToken.None);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(5), _clock);
            }
        }
    }

    /// <summary>SIGTERM: it serves on for a while, then finishes what is under way; its end comes in any case.</summary>
    public async Task LeaveAsync()
    {
        var whole = _schedule.Setup.Options.Server.WholeShutdown;
        var delay = _schedule.Setup.Options.Server.ShutdownDelay;
        World.Tell($"{this} is told to end");
        IsLeaving = true;
        if (_schedule.Off != Guard.LastRefresh)
        {
            _end.Begin();
        }

        using var cut = new CancellationTokenSource(whole, _clock);
        await Task.Delay(delay, _clock);
        if (_schedule.Off != Guard.FinishBeforeTheEnd)
        {
            await _refresher.DrainAsync(cut.Token);
        }

        Kill();
        _schedule.Left(this);
    }

    public void Kill()
    {
        IsDead = true;
        World.Tell($"{this} is killed");
    }

    public void Cut(long milliseconds)
    {
        if (!IsCut)
        {
            _cutAt = World.Now;
            _health.Up();
        }

        _cuts++;
        World.Tell($"{this} is cut from the store for {milliseconds / 1000.0:0.0} s");
        World.At(2_000, this, Look);
        World.At(milliseconds, this, Join);
    }

    private void Join()
    {
        _longestCut = LongestCut;
        _cuts--;
        if (IsCut)
        {
            return;
        }

        _joinedAt = World.Now;
        World.Tell($"{this} is joined again");
        _health.Up();

        // The store's messages were missed: what is in memory is compared and read again.
        Hear(_schedule.Store.Row is null);
    }

    // The sweeper of a gateway looks at the store every 2 s in trouble.
    private void Look()
    {
        if (!IsCut)
        {
            return;
        }

        _health.Down("cut");
        if (_health.IsSilentTooLong && _schedule.Off != Guard.SilenceBound)
        {
            _ = _cache.SuspendAsync();
        }

        World.At(30_000, this, Look);
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
