namespace AuthGateway.Sessions.Connections;

/// <summary>
/// The open connections of one session. When the session ends, they are closed within
/// <see cref="Moment"/>.
/// </summary>
/// <remarks>
/// An intrusive linked list: an ordinary request pays for two short locks and one small object.
/// </remarks>
internal sealed class SessionConnections
{
    /// <summary>
    /// How long a WebSocket's close handshake or a running request may still take: 500 ms.
    /// </summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private SessionConnection? _first;
    private volatile bool _retired;
    private volatile bool _ended;

    public bool HasEnded => _ended;

    public bool Any => Volatile.Read(ref _first) is not null;

    /// <summary>
    /// Adds a connection; false when the session has ended, or its object was dropped from memory.
    /// </summary>
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

    /// <summary>Removes a closed connection; nothing happens when it is not in the list.</summary>
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

    /// <summary>Marks the object as dropped from memory, so that nothing can be added.</summary>
    /// <returns>False, and nothing marked, while a connection is open.</returns>
    public bool TryRetire()
    {
        lock (_gate)
        {
            return _retired = _first is null;
        }
    }

    /// <summary>Undoes <see cref="TryRetire"/> after the object is back in memory.</summary>
    public void Reactivate()
    {
        lock (_gate)
        {
            _retired = false;
        }
    }

    /// <summary>
    /// Rejects further connections and closes the open ones. Does not wait for the close.
    /// </summary>
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

    /// <summary>
    /// Closes WebSockets and event streams when the server stops. The session stays, and its
    /// clients reconnect to another replica.
    /// </summary>
    public Task LeaveAsync()
    {
        List<SessionConnection> endless;
        lock (_gate)
        {
            endless = [.. Open().Where(exchange => exchange.IsEndless)];
        }

        return CloseAsync(endless, CloseReason.ServerStops);
    }

    /// <summary>The number of open WebSockets and event streams.</summary>
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
            await exchange.NotifyCloseAsync(why, limit);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The client did not answer or is gone. The connection is aborted below.
        }

        // Under the lock: the HttpContext of a finished request may already serve another one.
        lock (_gate)
        {
            if (exchange.IsOpen)
            {
                exchange.Abort();
            }
        }
    }
}
