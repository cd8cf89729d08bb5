using AuthGateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AuthGateway.Limits.Connections;

/// <summary>A client connection that is open, as <see cref="ConnectionTable"/> holds it.</summary>
internal sealed class OpenConnection(ClientConnection client, ConnectionContext transport, long number)
{
    private readonly long _opened = Environment.TickCount64;
    private long _begun;

    public ClientConnection Client { get; } = client;

    /// <summary>Counts up: the smaller, the older.</summary>
    public long Number { get; } = number;

    /// <summary>True for its first two seconds: its request may be on the way.</summary>
    public bool IsNew => Environment.TickCount64 - _opened < 2000;

    /// <summary>Looks of <see cref="StrangerWatch"/>, one a second, since anything was under way.</summary>
    public int QuietLooks { get; private set; }

    /// <summary>Looks in a row that found one of our own endpoints busy with it.</summary>
    public int BusyLooks { get; private set; }

    /// <summary>True once it was told to end.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Breaks it off.</summary>
    public void Abort(string reason)
    {
        IsClosing = true;
        transport.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Lets it end after the request under way: GOAWAY over HTTP/2 (RFC 9113 §6.8), no further request over HTTP/1.</summary>
    public void Close()
    {
        IsClosing = true;
        transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <summary>Once a second.</summary>
    public void Look()
    {
        var requests = Client.Requests;
        var begun = Client.Begun;
        QuietLooks = requests == 0 && begun == _begun ? QuietLooks + 1 : 0;
        // Over HTTP/1 another request shows that the one before has ended.
        BusyLooks = requests > Client.Forwarded && (Client.IsHttp2 || begun == _begun) ? BusyLooks + 1 : 0;
        _begun = begun;
    }
}
