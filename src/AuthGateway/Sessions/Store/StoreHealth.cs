using AuthGateway.Configuration;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// What is known of the store: it works, it refuses writes alone, or it is away. A store that refuses writes leaves us ready (sessions go on); one that is
/// away makes us unready after 30 s, unless <c>READY_WITHOUT_STORE</c> says otherwise.
/// </summary>
internal sealed class StoreHealth(SessionOptions options, TimeProvider time, ILogger<StoreHealth> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>After the store takes writes again, other replicas may need so long to write the last uses they kept.</summary>
    private static readonly TimeSpan UsesArrive = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private string? _reason = "The session store has not been opened yet.";
    private DateTimeOffset? _awaySince = DateTimeOffset.MinValue;
    private bool _refusesWrites;
    private bool _isFull;
    private DateTimeOffset? _usesLostSince = DateTimeOffset.MinValue;
    private DateTimeOffset? _recoveredAt;
    private DateTimeOffset _lastAnswer = time.GetUtcNow();
    private DateTimeOffset _lastWrite = time.GetUtcNow();
    private volatile bool _isAway;
    private volatile bool _wasOpened;
    private DateTimeOffset? _troubleSince;

    /// <summary>Reads and writes work.</summary>
    public bool IsUp
    {
        get
        {
            lock (_gate)
            {
                return _awaySince is null && !_refusesWrites;
            }
        }
    }

    /// <summary>The last look got no answer: nothing is asked for what memory knows. False before the first look.</summary>
    public bool IsAway => _isAway && _wasOpened;

    /// <summary>No login could be stored: the store is full, or for 30 s it has been away or has refused what is written (a lock or a failover passes).</summary>
    public bool TakesNoLogin
    {
        get
        {
            lock (_gate)
            {
                return _isFull || (_troubleSince is { } since && time.GetUtcNow() - since >= Patience);
            }
        }
    }

    /// <summary>Null when ready; else why not.</summary>
    public string? NotReadyReason
    {
        get
        {
            lock (_gate)
            {
                // Where no session counts any more, staying ready helps nobody.
                var mayStay = options.ReadyWithoutStore && _wasOpened && !SilentTooLong();
                return _awaySince is { } since && !mayStay && time.GetUtcNow() - since >= Patience ? _reason : null;
            }
        }
    }

    /// <summary>What is wrong with the store although it does not make us unready; null for nothing.</summary>
    public string? Remark
    {
        get
        {
            lock (_gate)
            {
                return _refusesWrites || _awaySince > DateTimeOffset.MinValue ? _reason : null;
            }
        }
    }

    /// <summary>The store has said nothing for longer than <c>SESSION_STORE_MAX_SILENCE</c>: what ended elsewhere meanwhile is not known here.</summary>
    public bool IsSilentTooLong
    {
        get
        {
            lock (_gate)
            {
                return SilentTooLong();
            }
        }
    }

    /// <summary>
    /// True when later uses of a session than <paramref name="lastUse"/> may not have been written, so that nobody can call it idle: writes failed before
    /// its time was over, and the uses kept meanwhile need not have arrived.
    /// </summary>
    public bool MayMissUses(DateTimeOffset lastUse, TimeSpan idle)
    {
        lock (_gate)
        {
            return _usesLostSince is { } since && lastUse + idle > since;
        }
    }

    public void Up()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_wasOpened && (_awaySince is not null || _refusesWrites))
            {
                logger.LogWarning("The session store answers again, and takes writes.");
            }

            _recoveredAt ??= now;
            if (!_wasOpened || now - _recoveredAt >= UsesArrive)
            {
                _usesLostSince = null;
            }

            (_awaySince, _refusesWrites, _isFull, _isAway, _wasOpened) = (null, false, false, false, true);
            (_lastAnswer, _lastWrite, _troubleSince) = (now, now, null);
        }
    }

    /// <summary>It reads, and refuses what is written.</summary>
    public void RefusesWrites(StoreUnavailableException trouble)
    {
        lock (_gate)
        {
            Note(trouble.Message, isKnown: _refusesWrites);
            (_awaySince, _refusesWrites, _isFull, _isAway, _wasOpened) = (null, true, trouble.IsFull, false, true);
            _lastAnswer = time.GetUtcNow();
        }
    }

    public void Down(string reason)
    {
        lock (_gate)
        {
            Note(reason, isKnown: _awaySince is not null);
            (_awaySince, _refusesWrites, _isFull, _isAway) = (_awaySince ?? time.GetUtcNow(), false, false, true);
        }
    }

    private bool SilentTooLong() => _isAway && options.MaxStoreSilence is { } limit && time.GetUtcNow() - _lastAnswer > limit;

    private void Note(string reason, bool isKnown)
    {
        if (!isKnown || _reason != reason)
        {
            logger.LogError("{Reason}", reason);
        }

        _reason = reason;
        _troubleSince ??= time.GetUtcNow();
        _usesLostSince ??= _lastWrite;
        _recoveredAt = null;
    }
}
