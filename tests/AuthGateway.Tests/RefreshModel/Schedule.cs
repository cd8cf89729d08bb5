using AuthGateway.Sessions;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>
/// One run: a session, its replicas, and what happens to them. Judges every refresh token that is sent, every end and every request that is served; the
/// rules are those of docs/refresh.md, written anew here and not read from the code under test.
/// </summary>
internal sealed class Schedule
{
    private const long MaxAge = 6 * 3600_000;
    private const long HolderPatience = 600_000;
    private const long Grace = 60_000;
    private readonly World _world;
    private readonly SessionCodec _codec;
    private readonly List<Replica> _replicas = [];
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

    /// <summary>A refresh token is about to be sent.</summary>
    public void Judge(Send send)
    {
        _world.Tell($"{send.Sender}: sends {send.Token}");
        if (!Setup.IsRotating)
        {
            // Such a token is good for any number of uses.
            return;
        }

        foreach (var earlier in Provider.Sends.Where(earlier => earlier.Token == send.Token && earlier.Fate != Fate.NotTaken))
        {
            if (MayBeSentAgain(earlier))
            {
                _isSentTwice = true;
                continue;
            }

            _world.Violate($"{send.Token} is sent by {send.Sender} and was sent by {earlier.Sender} at {earlier.At / 1000.0:0.0} s ({earlier.Fate})");
        }
    }

    /// <summary>Something else than a refresh token was stored, or it was given back.</summary>
    public void Changed(Replica by, bool isChanged)
    {
        if (isChanged)
        {
            TellOthers(by, isEnded: false);
        }
    }

    public bool Stored(Replica by, bool isStored)
    {
        if (isStored)
        {
            if (Provider.Sends.LastOrDefault(send => send.Sender == by) is { DeliveredAt: > 0 } last)
            {
                last.IsSettled = true;
            }

            _world.Tell($"{by}: stored");
            TellOthers(by, isEnded: false);
            if (_endedAt >= 0)
            {
                _world.Violate($"{by} wrote a session that has ended");
            }
        }

        return isStored;
    }

    /// <summary>A refresh may end a session only when what is stored is not taken any more.</summary>
    public bool Deleted(Replica by, RefreshLease? lease, Func<bool> delete)
    {
        var stored = Store.Row is { } row ? _codec.Open(row, Id) : null;
        var isDeleted = delete();
        if (isDeleted)
        {
            _world.Tell($"{by}: deleted");
            _endedAt = _world.Now;
            if (lease is not null && stored?.RefreshToken is { } token && Provider.Takes(token) && !IsFinalForStrict(stored))
            {
                _world.Violate($"{by} ended a session whose stored {token} is good");
            }

            TellOthers(by, isEnded: true);
        }

        return isDeleted;
    }

    public void Served(Replica by)
    {
        if (_endedAt >= 0 && _world.Now > _endedAt + 5000 && !by.IsCut && !by.WasCutSince(_endedAt))
        {
            _world.Violate($"{by} serves a session that ended at {_endedAt / 1000.0:0.0} s");
        }

        if (Setup.HasGrace && !by.IsCut && FailingSince() is { } since && _world.Now > since + Grace + 15_000 && !by.WasCutSince(since))
        {
            _world.Violate($"{by} serves although the provider has failed since {since / 1000.0:0.0} s, with a grace of 60 s");
        }
    }

    /// <summary>A replica knows no such session.</summary>
    public void Refused(Replica by)
    {
        if (_endedAt < 0 && !_isLoggedOut && Store.Row is { } row && _world.NowSeconds < row.ExpiresAt.ToUnixTimeSeconds() && !Setup.HasGrace && !by.WasCutSince(0) && _codec.Open(row, Id) is not null)
        {
            _world.Violate($"{by} refuses a session that lives");
        }

        if (Provider.IsDead && !_isRevoked && !_isSentTwice)
        {
            _world.Violate("the provider ended the login for a token that was shown twice");
        }
    }

    private void TellOthers(Replica by, bool isEnded)
    {
        foreach (var other in _replicas.Where(other => other != by && !other.IsDead))
        {
            _world.At(_world.Between(0, 800), other, () => other.Hear(isEnded));
        }
    }

    private bool MayBeSentAgain(Send earlier)
    {
        var now = _world.Now;
        var stored = Store.Row is { } row ? _codec.Open(row, Id) : null;
        var isVanished = earlier.Sender.IsDead || earlier.Sender.WasCutSince(earlier.At);
        var isOld = now >= earlier.At + HolderPatience;
        if (stored is null || IsNothingLeft(stored))
        {
            // Nothing to lose by it, but never beside a call that goes on.
            return isVanished || (earlier.DeliveredAt > 0 && now >= earlier.DeliveredAt + 9_000);
        }

        if (!isVanished || earlier.IsSettled)
        {
            return earlier.Fate == Fate.AnswerLost && earlier.DeliveredAt > 0 && now >= Math.Min(earlier.DeliveredAt + 440_000, EndOf(stored.AccessTokenExpiresAtSeconds, earlier.DeliveredAt) - 1000);
        }

        return isOld;
    }

    private bool IsNothingLeft(SessionPayload stored) =>
        (Setup.IsStrict && stored.AccessTokenExpiresAtSeconds <= _world.NowSeconds)
        || (stored.RefreshTokenExpiresAtSeconds > 0 && stored.RefreshTokenExpiresAtSeconds - 31 <= _world.NowSeconds)
        || (Setup.HasGrace && stored.FailingSinceSeconds > 0);

    private long EndOf(long seconds, long after)
    {
        var end = (seconds - World.Start.ToUnixTimeSeconds()) * 1000;
        return end > after ? end : long.MaxValue;
    }

    private bool IsFinalForStrict(SessionPayload stored) => Setup.IsStrict && stored.AccessTokenExpiresAtSeconds <= _world.NowSeconds;

    /// <summary>Since when every attempt has failed, as far as a living replica with its store knows it; null when the last one succeeded.</summary>
    private long? FailingSince()
    {
        var streak = Provider.Sends.AsEnumerable().Reverse().TakeWhile(send => !(send.IsSettled && send.Fate == Fate.Taken)).ToList();
        return streak.Count > 0 && streak.TrueForAll(send => !send.Sender.IsDead && !send.Sender.WasCutSince(0) && send.Fate is not (Fate.Taken or Fate.UnderWay)) ? streak[^1].At : null;
    }

    private void PlanUses(long horizon)
    {
        for (var at = _world.Between(0, Setup.Rest); at < horizon; at += _world.Between(Setup.Rest / 10, Setup.Rest))
        {
            _world.At(at, null, () =>
            {
                var replica = _replicas[_world.Random.Next(_replicas.Count)];
                _world.At(0, replica, () => _ = replica.UseAsync());
            });
        }
    }

    private void PlanTrouble(long horizon)
    {
        var count = (int)(Setup.Trouble * 12);
        for (var i = 0; i < count; i++)
        {
            _world.At(_world.Between(0, horizon), null, Trouble);
        }

        if (_world.Chance(0.1))
        {
            _world.At(_world.Between(0, horizon), null, () =>
            {
                _isRevoked = true;
                _world.Tell("an administrator ends the login at the provider");
                Provider.Revoke();
            });
        }

        if (_world.Chance(0.15))
        {
            _world.At(_world.Between(0, horizon), null, () =>
            {
                var replica = _replicas[_world.Random.Next(_replicas.Count)];
                _isLoggedOut = true;
                _world.Tell($"{replica}: logout");
                _world.At(0, replica, () => _ = replica.LogOutAsync());
            });
        }
    }

    private void Trouble()
    {
        var number = _world.Random.Next(_replicas.Count);

        // Those that hold something are the interesting ones.
        var holder = Store.Holder is { IsDead: false } found && _world.Chance(0.5) ? _replicas.IndexOf(found) : number;
        switch (_world.Random.Next(5))
        {
            case 0:
                _replicas[holder].Kill();
                _replicas[holder] = new Replica(_world, this, 100 + holder);
                break;
            case 1:
                _world.Tell("the provider falls silent");
                Provider.SilentUntil = _world.Now + _world.Between(5_000, 400_000);
                break;
            case 2:
                _replicas[holder].Cut(_world.Between(600_000, 1_500_000));
                break;
            default:
                _replicas[holder].Cut(_world.Between(1_000, 120_000));
                break;
        }
    }

    private SessionRow FirstRow()
    {
        var start = World.Start.ToUnixTimeSeconds();
        var payload = new SessionPayload
        {
            Identity = new AuthGateway.Model.Identity { UserId = "alice", RawUserId = "alice" },
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
