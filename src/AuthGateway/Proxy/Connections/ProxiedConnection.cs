using AuthGateway.Observability;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Proxy.Connections;

/// <summary>One forwarded request while it runs: WebSockets are told with a close frame, streams are broken off at once, short requests get a moment to finish.</summary>
internal sealed class ProxiedConnection(HttpContext context) : SessionConnection
{
    /// <summary>Older than this it is a stream or a long poll: 1 s.</summary>
    private const long ShortMilliseconds = 1000;

    private readonly long _startedAt = Environment.TickCount64;
    private CancellationTokenSource? _forwarding;
    private volatile bool _isEndedByUs;

    public SessionConnections? Owner { get; set; }

    /// <summary>For a request that asks for an upgrade: done with the client's side of the connection.</summary>
    public TaskCompletionSource<SessionSocket>? Upgrade { get; set; }

    /// <summary>A gRPC call whose session ended while it ran; its client is told by trailers.</summary>
    public bool IsEndedCall => _isEndedByUs && Upgrade is null;

    /// <summary>Done when the forwarding was told to stop.</summary>
    public Task Stopping { get; private set; } = Task.CompletedTask;

    /// <summary>For what can end well: from here on the forwarding can be stopped without breaking off the client's connection.</summary>
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

    /// <summary>Set: what the client has not taken yet keeps its session in use (<c>SESSION_IDLE_TIMEOUT</c>).</summary>
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

    public override bool IsEndless => Upgrade is not null || context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public override Task SayGoodbyeAsync(CloseReason why, CancellationToken limit)
    {
        if (Upgrade is { } upgrade)
        {
            return CloseAsync(upgrade.Task, why, limit);
        }

        return Environment.TickCount64 - _startedAt > ShortMilliseconds ? Task.CompletedTask : Task.Delay(Timeout.Infinite, limit);
    }

    // The client may know of the upgrade a moment before we do.
    private static async Task CloseAsync(Task<SessionSocket> upgrade, CloseReason why, CancellationToken limit) => await (await upgrade.WaitAsync(limit)).CloseAsync(why, limit);

    public override void Abort()
    {
        if (_forwarding is null || Upgrade is { Task: not { IsCompletedSuccessfully: true, Result.IsClosed: true } })
        {
            context.Abort();
            return;
        }

        // A closing handshake that is done, or a gRPC call: the connection ends, or goes on, as the protocol says (RFC 6455 §7.1.1).
        _isEndedByUs = true;
        Stopping = _forwarding.CancelAsync();
    }
}
