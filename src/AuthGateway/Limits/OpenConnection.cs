using AuthGateway.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AuthGateway.Limits;

/// <summary>A client connection that is open, as <see cref="ConnectionTable"/> holds it.</summary>
internal sealed class OpenConnection(ClientConnection client, ConnectionContext transport)
{
    public ClientConnection Client { get; } = client;

    /// <summary>Breaks it off.</summary>
    public void Abort(string reason) => transport.Abort(new ConnectionAbortedException(reason));

    /// <summary>Lets it end after the request under way: GOAWAY over HTTP/2 (RFC 9113 §6.8), no further request over HTTP/1.</summary>
    public void Close() => transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
}
