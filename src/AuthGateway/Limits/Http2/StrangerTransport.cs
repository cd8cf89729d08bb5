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
    /// Serves the connection as HTTP/2 and reads it through <see cref="StrangerFrames"/> until it
    /// shows a session.
    /// </summary>
    public static async Task ServeAsync(
        ConnectionContext connection, ClientConnection client, StrangerGate gate, ConnectionDelegate next)
    {
        client.IsHttp2 = true;
        connection.Transport = new StrangerTransport(
            connection.Transport, new StrangerFrames(connection, client, gate));
        try
        {
            await next(connection);
        }
        finally
        {
            gate.Bodies.CloseAll(client);
        }
    }
}
