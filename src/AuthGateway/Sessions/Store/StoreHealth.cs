using AuthGateway.Configuration;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// The state of the store: it works, it refuses writes only, or it is unavailable.
/// </summary>
/// <remarks>
/// With a store that refuses writes the gateway stays ready, because sessions go on. With an
/// unavailable store it becomes unready after 30 s, unless <c>READY_WITHOUT_STORE</c> is set.
/// </remarks>
internal sealed class StoreHealth(SessionOptions options, TimeProvider time, ILogger<StoreHealth> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After the store accepts writes again, other replicas may need this long to write the last
    /// uses they kept.
    /// </summary>
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
    private volatile bool _isClockWrong;
    private volatile bool _wasOpened;
    private DateTimeOffset? _failingSince;

    /// <summary>
    /// True when this host's clock differs from the store's by more than 30 s. Then it proves
    /// nothing about a session that other replicas serve.
    /// </summary>
    public bool IsClockWrong
    {
        get => _isClockWrong;
        set => _isClockWrong = value;
    }

    /// <summary>The interval at which last uses are written.</summary>
    public TimeSpan UseInterval => options.UseInterval;

    /// <summary>True when reads and writes work.</summary>
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

    /// <summary>
    /// True when the last check failed. Sessions in memory are then used without asking the store.
    /// False before the first successful check.
    /// </summary>
    public bool IsAway => _isAway && _wasOpened;

    /// <summary>
    /// True when no login can be stored: the store is full, or for 30 s it was unavailable or
    /// refused writes. A lock or a failover is shorter.
    /// </summary>
    public bool TakesNoLogin
    {
        get
        {
            lock (_gate)
            {
                return _isFull || (_failingSince is { } since && time.GetUtcNow() - since >= Patience);
            }
        }
    }

    /// <summary>Null when ready; else the reason.</summary>
    public string? NotReadyReason
    {
        get
        {
            lock (_gate)
            {
                // Once no session is accepted any more, staying ready has no use.
                var mayStay = options.ReadyWithoutStore && _wasOpened && !IsSilenceTooLong();
                return _awaySince is { } since && !mayStay && time.GetUtcNow() - since >= Patience ? _reason : null;
            }
        }
    }

    /// <summary>
    /// A problem of the store that does not make the gateway unready; null for none.
    /// </summary>
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

    /// <summary>
    /// True when the store has not answered for longer than <c>SESSION_STORE_MAX_SILENCE</c>:
    /// sessions that ended elsewhere are not known here.
    /// </summary>
    public bool IsSilentTooLong
    {
        get
        {
            lock (_gate)
            {
                return IsSilenceTooLong();
            }
        }
    }

    /// <summary>
    /// True when uses after <paramref name="lastUse"/> may not have been written, so that the
    /// session cannot count as idle.
    /// </summary>
    /// <remarks>
    /// Writes failed before its idle time was over, and the uses kept meanwhile may not have been
    /// written yet.
    /// </remarks>
    public bool MayMissUses(DateTimeOffset lastUse, TimeSpan idle)
    {
        lock (_gate)
        {
            return _usesLostSince is { } since && lastUse + idle > since;
        }
    }

    /// <summary>Records that the store answers and accepts writes.</summary>
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
            (_lastAnswer, _lastWrite, _failingSince) = (now, now, null);
        }
    }

    /// <summary>Records that the store answers reads and refuses writes.</summary>
    public void RefusesWrites(StoreUnavailableException error)
    {
        lock (_gate)
        {
            RecordFailure(error.Message, isKnown: _refusesWrites);
            (_awaySince, _refusesWrites, _isFull, _isAway, _wasOpened) = (null, true, error.IsFull, false, true);
            _lastAnswer = time.GetUtcNow();
        }
    }

    /// <summary>Records that the store does not answer.</summary>
    public void Down(string reason)
    {
        lock (_gate)
        {
            RecordFailure(reason, isKnown: _awaySince is not null);
            (_awaySince, _refusesWrites, _isFull, _isAway) = (_awaySince ?? time.GetUtcNow(), false, false, true);
        }
    }

    private bool IsSilenceTooLong() =>
        _isAway && options.MaxStoreSilence is { } limit && time.GetUtcNow() - _lastAnswer > limit;

    private void RecordFailure(string reason, bool isKnown)
    {
        if (!isKnown || _reason != reason)
        {
            logger.LogError("{Reason}", reason);
        }

        _reason = reason;
        _failingSince ??= time.GetUtcNow();
        _usesLostSince ??= _lastWrite;
        _recoveredAt = null;
    }
}
