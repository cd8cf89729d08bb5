using AuthGateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AuthGateway.Limits.Connections;

/// <summary>An open client connection of the <see cref="ConnectionTable"/>.</summary>
internal sealed class OpenConnection(ClientConnection client, ConnectionContext transport, long number)
{
    private readonly long _opened = Environment.TickCount64;
    private long _begun;

    public ClientConnection Client { get; } = client;

    /// <summary>Sequence number; older connections have smaller ones.</summary>
    public long Number { get; } = number;

    /// <summary>True in the first two seconds, when its request may not have arrived yet.</summary>
    public bool IsNew => Environment.TickCount64 - _opened < 2000;

    /// <summary>
    /// Checks of <see cref="StrangerWatch"/>, one per second, since the last request.
    /// </summary>
    public int IdleSeconds { get; private set; }

    /// <summary>Consecutive checks in which an endpoint of the gateway was busy with it.</summary>
    public int BusySeconds { get; private set; }

    /// <summary>Consecutive checks without a request since <see cref="Close"/>.</summary>
    public int ClosingSeconds { get; private set; }

    /// <summary>True once it is told to close, after the current requests or immediately.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>True once it is being closed immediately.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>
    /// True once it is being closed for another connection. Guarded by the table's lock.
    /// </summary>
    public bool IsReplaced { get; set; }

    /// <summary>True once it is served no longer. Guarded by the table's lock.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Closes it immediately.</summary>
    public void Abort(string reason)
    {
        IsClosing = IsAborted = true;
        transport.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>
    /// Closes it after the current requests: GOAWAY in HTTP/2 (RFC 9113 §6.8), no further request
    /// in HTTP/1.1.
    /// </summary>
    public void Close()
    {
        IsClosing = true;
        transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <summary>Updates the counters; called once a second.</summary>
    public void Look()
    {
        var requests = Client.Requests;
        var begun = Client.Begun;
        ClosingSeconds = IsClosing && requests == 0 ? ClosingSeconds + 1 : 0;
        IdleSeconds = requests == 0 && begun == _begun ? IdleSeconds + 1 : 0;
        // In HTTP/1.1 a new request shows that the previous one has ended.
        BusySeconds = requests > Client.Forwarded && (Client.IsHttp2 || begun == _begun) ? BusySeconds + 1 : 0;
        _begun = begun;
    }
}
