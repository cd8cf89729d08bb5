using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

// What is allowed: docs/refresh.md.
internal sealed partial class Schedule
{
    private (byte[]? Sealed, SessionPayload? Opened) _seen;

    /// <summary>What is stored, in clear; opened once.</summary>
    private SessionPayload? Stored()
    {
        if (Store.Row is not { } row)
        {
            return null;
        }

        if (!ReferenceEquals(_seen.Sealed, row.Sealed))
        {
            _seen = (row.Sealed, _codec.Open(row, Id));
        }

        return _seen.Opened;
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

    /// <summary>A lease was asked for.</summary>
    public RefreshLease? Leased(Replica by, RefreshLease? lease)
    {
        if (lease is null && Store.Row is not null && Store.IsLeased && Store.Holder == by && !Provider.Sends.Exists(send => send.Sender == by && send.At >= Store.HeldSince))
        {
            _world.Violate($"{by} waits for its own lease, under which nothing was sent");
        }

        return lease;
    }

    /// <param name="by">Who writes.</param>
    /// <param name="version">What the row has now; null when nothing was written.</param>
    /// <param name="isNew">It is a new state, with a newer token when the provider gave one.</param>
    public long? Stored(Replica by, long? version, bool isNew)
    {
        if (version is null && isNew && Store.Row is not null && Store.Holder == by)
        {
            _world.Violate($"{by} is the newest holder, alive and with its store, and may not write what it holds");
        }

        if (version is not null)
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

        return version;
    }

    /// <summary>A refresh may end a session only when what is stored is not taken any more.</summary>
    public bool Deleted(Replica by, RefreshLease? lease, Func<bool> delete)
    {
        var stored = Stored();
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
        if (by.CutFor > StoreSilence + 35_000)
        {
            _world.Violate($"{by} serves although its store has been silent for {by.CutFor / 1000.0:0.0} s");
        }

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
        if (_endedAt < 0 && !_isLoggedOut && !Provider.IsDead && Store.Row is { } row && _world.NowSeconds < row.ExpiresAt.ToUnixTimeSeconds() && !Setup.HasGrace && !MayHaveLost(by) && Stored() is not null)
        {
            _world.Violate($"{by} refuses a session that lives");
        }

        if (Provider.IsDead && !_isRevoked && !_isSentTwice)
        {
            _world.Violate("the provider ended the login for a token that was shown twice");
        }
    }

    /// <summary>It cannot say whether the session lives.</summary>
    public void Unanswered(Replica by, bool hasServed)
    {
        if (hasServed && by.CutFor < StoreSilence)
        {
            _world.Violate($"{by} does not serve a session that it has in memory, without its store for {by.CutFor / 1000.0:0.0} s");
        }
    }

    /// <summary>It has ended as it was told to: each call had the time that docs/refresh.md promises.</summary>
    public void Left(Replica by)
    {
        if (Provider.Sends.LastOrDefault(send => send.Sender == by) is { DeliveredAt: 0 } open && open.At > _world.Now - LastAnswer)
        {
            _world.Violate($"{by} ends {(_world.Now - open.At) / 1000.0:0.0} s after it sent {open.Token}, whose answer may take 25 s");
        }
    }

    private void TellOthers(Replica? by, bool isEnded)
    {
        foreach (var other in _replicas.Concat(_leaving).Where(other => other != by && !other.IsDead))
        {
            _world.At(_world.Between(0, 800), other, () => other.Hear(isEnded));
        }
    }

    /// <summary>Others may have taken over from it, so that its own answer says nothing about what is stored.</summary>
    private bool MayHaveLost(Replica by) => by.LongestCut > HolderPatience || _isSentTwice || (Setup.IsStrict && by.WasCutSince(0));

    private bool MayBeSentAgain(Send earlier)
    {
        var now = _world.Now;
        var stored = Stored();
        var isVanished = earlier.Sender.IsDead || earlier.Sender.CouldNotWriteSince(earlier.At);
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
        return streak.Count > 0 && streak.TrueForAll(send => !send.Sender.IsDead && !send.Sender.CouldNotWriteSince(0) && send.Fate is not (Fate.Taken or Fate.UnderWay)) ? streak[^1].At : null;
    }
}
