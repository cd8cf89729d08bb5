namespace AuthGateway.Sessions.Connections;

/// <summary>
/// A request, WebSocket or event stream that is forwarded for a session and ends with it. Each
/// proxy type derives from it.
/// </summary>
/// <remarks>The objects of one session form a linked list.</remarks>
internal abstract class SessionConnection
{
    /// <summary>
    /// Neighbours and state in <see cref="SessionConnections"/>, guarded by its lock.
    /// </summary>
    internal SessionConnection? Previous { get; set; }
    internal SessionConnection? Next { get; set; }
    internal bool IsOpen { get; set; }

    /// <summary>True for a WebSocket or an event stream: it does not end by itself.</summary>
    public abstract bool IsEndless { get; }

    /// <summary>
    /// Notifies the client of the close, if the protocol allows it (a WebSocket close frame).
    /// Completes when the client has answered, or at once.
    /// </summary>
    public abstract Task NotifyCloseAsync(CloseReason why, CancellationToken limit);

    /// <summary>Aborts both directions. Called only while the connection is open.</summary>
    public abstract void Abort();
}
