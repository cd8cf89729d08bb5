using System.IO.Pipelines;
using AuthGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Http2;

/// <summary>A connection's transport with another reader.</summary>
internal sealed class StrangerTransport(IDuplexPipe inner, PipeReader input) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => inner.Output;

    /// <summary>
    /// Marks the connection as HTTP/2, to be read through <see cref="StrangerFrames"/> until it
    /// shows a session.
    /// </summary>
    public static void Use(ConnectionContext connection, ClientConnection client, StrangerGate gate)
    {
        client.IsHttp2 = true;
        connection.Transport = new StrangerTransport(
            connection.Transport, new StrangerFrames(connection, client, gate));
    }
}
