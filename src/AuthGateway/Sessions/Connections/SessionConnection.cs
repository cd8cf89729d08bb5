namespace AuthGateway.Sessions.Connections;

/// <summary>Something that is being forwarded for a session and ends with it. Linked into its session's list; whoever proxies derives from it.</summary>
internal abstract class SessionConnection
{
    /// <summary>Neighbours and state in <see cref="SessionConnections"/>, under its lock.</summary>
    internal SessionConnection? Previous { get; set; }
    internal SessionConnection? Next { get; set; }
    internal bool IsOpen { get; set; }

    /// <summary>A socket or an event stream: it does not end by itself.</summary>
    public abstract bool IsEndless { get; }

    /// <summary>Tells the client that its session is over, or that the server goes, when the protocol has a word for it; done when it was said and heard, or at once.</summary>
    public abstract Task SayGoodbyeAsync(CloseReason why, CancellationToken limit);

    /// <summary>Breaks the exchange off, both ways. Called only while it is open.</summary>
    public abstract void Abort();
}

/// <summary>Why an exchange is closed by us.</summary>
internal enum CloseReason { SessionEnded, ServerStops }
