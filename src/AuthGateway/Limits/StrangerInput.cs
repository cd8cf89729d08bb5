using System.IO.Pipelines;
using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits;

/// <summary>
/// Reads an HTTP/1.1 connection. While it has shown no session, every fourth read awaits a turn
/// (<see cref="StrangerScheduler"/>): where completions run inline, a client that always sends more
/// would otherwise keep the thread that serves all sockets, for example with a body of chunks of one
/// byte.
/// </summary>
internal sealed class StrangerInput(PipeReader inner, ClientConnection client, StrangerGate gate) : PipeReader
{
    private const int ReadsInARow = 4;
    private int _reads;

    /// <summary>Reads a connection through this class, unless it is HTTP/2.</summary>
    public static void Use(ConnectionContext connection, StrangerGate gate)
    {
        var client = ClientConnection.Of(connection.Features);
        if (!client.IsHttp2)
        {
            connection.Transport = new StrangerTransport(
                connection.Transport, new StrangerInput(connection.Transport.Input, client, gate));
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        client.HasShownIdentity || ++_reads % ReadsInARow != 0
            ? inner.ReadAsync(cancellationToken)
            : ReadLaterAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ReadLaterAsync(CancellationToken cancellationToken)
    {
        await gate.TurnAsync(client);
        return await inner.ReadAsync(cancellationToken);
    }
}
