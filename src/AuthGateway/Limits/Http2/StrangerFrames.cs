using System.Buffers;
using System.IO.Pipelines;
using AuthGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// Feeds an HTTP/2 connection of a stranger to the server frame by frame. A header block is shown whole or not at all; at most two that begin a request may be decoded
/// that no limit has seen yet; trailers are counted before they are decoded. The server alone would decode 100 blocks at once, each up to 64 KiB of text for 15 bytes
/// (HPACK). Once a session was shown, bytes pass as they are.
/// </summary>
internal sealed class StrangerFrames(ConnectionContext connection, ClientConnection client, StrangerGate gate) : PipeReader
{
    private const int Preface = 24;
    private const int MostUnseen = 2;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastLook = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a request waits for others of its connection to end, or for one to show a session, before it meets the limit.</summary>
    private static readonly TimeSpan FullPatience = TimeSpan.FromSeconds(2);

    private readonly PipeReader _inner = connection.Transport.Input;
    private readonly StrangerPace _pace = gate.NewPace();

    /// <summary>Bytes of the unit (preface, frame, header block) that begins where the reader stands. Only what the reader consumed counts as passed: the rest comes again.</summary>
    private long _rest = Preface;

    /// <summary>What the reader was shown last; empty when nothing is counted any more.</summary>
    private ReadOnlySequence<byte> _shown;

    private uint _lastStream;
    private long _passed;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await _inner.ReadAsync(cancellationToken);
            _shown = default;
            if (client.HasShownIdentity || result.Buffer.IsEmpty)
            {
                return result;
            }

            if (_rest == 0)
            {
                var (frame, length) = Next(result.Buffer);
                if (length == 0 && !result.IsCompleted)
                {
                    _inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    continue;
                }

                if (length < 0 || !await MayPassAsync(frame, result.Buffer, length, cancellationToken))
                {
                    connection.Abort(new ConnectionAbortedException("The header bytes of this connection are too many (ENHANCE_YOUR_CALM)."));
                    return new ReadResult(default, isCanceled: false, isCompleted: true);
                }

                _rest = length > 0 ? length : result.Buffer.Length;
            }

            var shown = Math.Min(_rest, result.Buffer.Length);
            _shown = result.Buffer;
            return new ReadResult(result.Buffer.Slice(0, shown), result.IsCanceled, result.IsCompleted && shown == result.Buffer.Length);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return client.HasShownIdentity && _inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Consume(consumed);
        _inner.AdvanceTo(consumed);
    }

    // What was held back was not looked at by the reader, so the next read returns at once.
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Consume(consumed);
        _inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        gate.ReleaseTrailers(client);
        _inner.Complete(exception);
    }

    // Length 0: not enough of it is there yet; -1: it is larger than it may be.
    private static (Http2Frame Frame, long Length) Next(ReadOnlySequence<byte> buffer) =>
        !Http2Frame.TryRead(buffer, out var frame) ? default
        : frame.Type == Http2Frame.Headers ? (frame, HeaderBlock.Measure(buffer))
        : (frame, Http2Frame.HeadLength + frame.Length);

    private async ValueTask<bool> MayPassAsync(Http2Frame frame, ReadOnlySequence<byte> buffer, long length, CancellationToken cancellationToken)
    {
        if (frame.Type != Http2Frame.Headers)
        {
            if ((frame.Type != Http2Frame.Data || frame.Length == 0) && _pace.Delay(frame) is { } delay)
            {
                await delay.WaitAsync(cancellationToken);
            }

            return true;
        }

        if (frame.Stream > _lastStream)
        {
            _lastStream = frame.Stream;
            await TurnAsync(cancellationToken);
            return true;
        }

        return gate.HoldTrailers(client, frame.Stream, HpackSize.AtMost(HeaderBlock.Fields(buffer.Slice(0, length))));
    }

    private void Consume(SequencePosition consumed)
    {
        if (!_shown.IsEmpty)
        {
            _rest -= Math.Min(_rest, _shown.Slice(_shown.Start, consumed).Length);
            _shown = default;
        }
    }

    // A block that the server itself refuses is never seen: after a moment it counts as seen.
    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var look = FirstLook;
        while (!client.HasShownIdentity && (IsUnseen() ? waited < Patience : IsFull() && waited < FullPatience))
        {
            await Task.Delay(look, cancellationToken);
            waited += look;
            look = look < LastLook ? look * 2 : LastLook;
        }

        _passed = IsUnseen() ? client.Begun + 1 : _passed + 1;
    }

    private bool IsUnseen() => _passed - client.Begun >= MostUnseen;

    private bool IsFull() => gate.IsFull(client, (int)Math.Max(0, _passed - client.Begun));
}
