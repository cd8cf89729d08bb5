namespace AuthGateway.Sessions.Connections;

/// <summary>
/// The exchanges of one session that are still running: an intrusive list, so that an ordinary request pays for two short locks and one small object.
/// When the session ends, everything in it is closed within <see cref="Moment"/>.
/// </summary>
internal sealed class SessionConnections
{
    /// <summary>How long a WebSocket's closing handshake and an ordinary request under way may still take: 500 ms.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private SessionConnection? _first;
    private volatile bool _retired;
    private volatile bool _ended;

    public bool HasEnded => _ended;

    /// <summary>True once the object was dropped from memory.</summary>
    public bool IsRetired => _retired;

    public bool Any => Volatile.Read(ref _first) is not null;

    /// <summary>False when the session has ended, or its object was dropped from memory.</summary>
    public bool TryAdd(SessionConnection exchange)
    {
        lock (_gate)
        {
            if (_ended || _retired)
            {
                return false;
            }

            exchange.IsOpen = true;
            exchange.Next = _first;
            if (_first is not null)
            {
                _first.Previous = exchange;
            }

            _first = exchange;
            return true;
        }
    }

    public void Remove(SessionConnection exchange)
    {
        lock (_gate)
        {
            if (!exchange.IsOpen)
            {
                return;
            }

            exchange.IsOpen = false;
            if (exchange.Previous is null)
            {
                _first = exchange.Next;
            }
            else
            {
                exchange.Previous.Next = exchange.Next;
            }

            if (exchange.Next is not null)
            {
                exchange.Next.Previous = exchange.Previous;
            }
        }
    }

    /// <summary>True when nothing is open: from now on nothing can be added, the object may be dropped.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            return _retired = _first is null;
        }
    }

    public void Revive()
    {
        lock (_gate)
        {
            _retired = false;
        }
    }

    /// <summary>Nothing more is let in; what runs is told and broken off, without waiting for it here.</summary>
    public void End()
    {
        List<SessionConnection> open;
        lock (_gate)
        {
            _ended = true;
            open = Open();
        }

        if (open.Count > 0)
        {
            _ = CloseAsync(open, CloseReason.SessionEnded);
        }
    }

    /// <summary>The server stops: what would never end by itself is closed; the session lives on, and its client comes back elsewhere.</summary>
    public Task LeaveAsync()
    {
        List<SessionConnection> endless;
        lock (_gate)
        {
            endless = [.. Open().Where(exchange => exchange.IsEndless)];
        }

        return CloseAsync(endless, CloseReason.ServerStops);
    }

    /// <summary>How many of them never end by themselves.</summary>
    public int Endless
    {
        get
        {
            lock (_gate)
            {
                return Open().Count(exchange => exchange.IsEndless);
            }
        }
    }

    private List<SessionConnection> Open()
    {
        var open = new List<SessionConnection>();
        for (var exchange = _first; exchange is not null; exchange = exchange.Next)
        {
            open.Add(exchange);
        }

        return open;
    }

    private async Task CloseAsync(List<SessionConnection> open, CloseReason why)
    {
        using var limit = new CancellationTokenSource(Moment);
        await Task.WhenAll(open.Select(exchange => CloseAsync(exchange, why, limit.Token)));
    }

    private async Task CloseAsync(SessionConnection exchange, CloseReason why, CancellationToken limit)
    {
        try
        {
            await exchange.SayGoodbyeAsync(why, limit);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It did not listen, or is gone already: whatever it was, it is closed below.
        }

        // Under the lock: a finished exchange's context may serve somebody else by now.
        lock (_gate)
        {
            if (exchange.IsOpen)
            {
                exchange.Abort();
            }
        }
    }
}
