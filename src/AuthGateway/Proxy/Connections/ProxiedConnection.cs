using AuthGateway.Observability;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// One forwarded request in progress. When its session ends, a WebSocket gets a close frame, a
/// stream is aborted at once, and a short request gets a moment to complete.
/// </summary>
internal sealed class ProxiedConnection(HttpContext context) : SessionConnection
{
    /// <summary>A request older than this is a stream or a long poll: 1 s.</summary>
    private const long ShortMilliseconds = 1000;

    private readonly long _startedAt = Environment.TickCount64;
    private CancellationTokenSource? _forwarding;
    private volatile bool _isEndedByGateway;

    public SessionConnections? Owner { get; set; }

    /// <summary>
    /// Set for a request that asks for an upgrade. Completes with the client's side of the upgraded
    /// connection.
    /// </summary>
    public TaskCompletionSource<SessionSocket>? Upgrade { get; set; }

    /// <summary>
    /// True for a gRPC call whose session ended while it ran. Trailers inform its client.
    /// </summary>
    public bool IsEndedCall => _isEndedByGateway && Upgrade is null;

    /// <summary>Completes when the forwarder's cancellation has been delivered.</summary>
    public Task Stopping { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Makes the forwarding cancellable without aborting the client's connection. For upgrades and
    /// gRPC calls, which have an orderly end.
    /// </summary>
    public void CanStop()
    {
        _forwarding = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.RequestAborted = _forwarding.Token;
    }

    public SessionSocket Upgraded(Stream client)
    {
        var socket = new SessionSocket(client);
        Upgrade?.TrySetResult(socket);
        return socket;
    }

    /// <summary>
    /// When set, response bytes that the client has not received yet keep its session in use
    /// (<c>SESSION_IDLE_TIMEOUT</c>).
    /// </summary>
    public Supervisor? UnsentBytesBy { get; init; }

    public void Finish()
    {
        if (UnsentBytesBy is { } supervisor && Owner is { } owner)
        {
            UnsentBytes.Follow(context, owner, supervisor);
        }

        Owner?.Remove(this);
        _forwarding?.Dispose();
        if (Upgrade is { Task.IsCompletedSuccessfully: true } upgrade)
        {
            upgrade.Task.Result.Detach();
        }
    }

    public override bool IsEndless =>
        Upgrade is not null
            || context.Response.ContentType?.StartsWith(
                "text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public override Task NotifyCloseAsync(CloseReason why, CancellationToken limit)
    {
        if (Upgrade is { } upgrade)
        {
            return CloseSocketAsync(upgrade.Task, why, limit);
        }

        return Environment.TickCount64 - _startedAt > ShortMilliseconds
            ? Task.CompletedTask
            : Task.Delay(Timeout.Infinite, limit);
    }

    // The client may learn of the upgrade a moment before this object does.
    private static async Task CloseSocketAsync(Task<SessionSocket> upgrade, CloseReason why, CancellationToken limit) =>
        await (await upgrade.WaitAsync(limit)).CloseAsync(why, limit);

    public override void Abort()
    {
        if (_forwarding is null || Upgrade is { Task: not { IsCompletedSuccessfully: true, Result.IsClosed: true } })
        {
            context.Abort();
            return;
        }

        // After a completed closing handshake, or for a gRPC call, the connection ends or continues
        // as the protocol requires (RFC 6455 §7.1.1).
        _isEndedByGateway = true;
        Stopping = _forwarding.CancelAsync();
    }
}
