using System.Buffers;
using System.IO.Pipelines;
using AuthGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// Passes an HTTP/2 connection of a stranger to the server frame by frame. A header block is passed
/// only as a whole; at most two new requests may be decoded before the limits count them; trailers
/// are counted before they are decoded. The server alone would decode 100 blocks at once, each up
/// to 64 KiB of text from 15 bytes (HPACK). Once a session is shown, bytes pass unchanged.
/// </summary>
internal sealed class StrangerFrames(ConnectionContext connection, ClientConnection client, StrangerGate gate)
    : PipeReader
{
    private const string TooMuch =
        "The header or body bytes of this connection are too many (ENHANCE_YOUR_CALM).";

    private const int Preface = 24;
    private const int MostUnseen = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan UnseenTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a request waits at the limit for others of its connection to end, or for one to
    /// show a session.
    /// </summary>
    private static readonly TimeSpan FullTimeout = TimeSpan.FromSeconds(2);

    private readonly PipeReader _inner = connection.Transport.Input;
    private readonly StrangerPace _pace = gate.NewPace();

    /// <summary>
    /// Remaining bytes of the current unit (preface, frame, header block). Only consumed bytes
    /// count as passed; the others are read again.
    /// </summary>
    private long _rest = Preface;

    /// <summary>The buffer passed last; empty when bytes are no longer counted.</summary>
    private ReadOnlySequence<byte> _passedBuffer;

    private uint _lastStream;
    private long _passed;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await _inner.ReadAsync(cancellationToken);
            _passedBuffer = default;
            if (client.HasShownIdentity || result.Buffer.IsEmpty)
            {
                return result;
            }

            if (result.IsCanceled)
            {
                // The server ends the connection. A part of a frame must not keep it waiting.
                return new ReadResult(result.Buffer.Slice(0, 0), isCanceled: true, isCompleted: false);
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
                    connection.Abort(new ConnectionAbortedException(TooMuch));
                    return new ReadResult(default, isCanceled: false, isCompleted: true);
                }

                _rest = length > 0 ? length : result.Buffer.Length;
            }

            var shown = Math.Min(_rest, result.Buffer.Length);
            _passedBuffer = result.Buffer;
            return new ReadResult(
                result.Buffer.Slice(0, shown), result.IsCanceled, result.IsCompleted && shown == result.Buffer.Length);
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

    // The reader has not examined the bytes held back, so the next read returns at once.
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

    // Length 0: the unit is incomplete; -1: it is too large.
    private static (Http2Frame Frame, long Length) Next(ReadOnlySequence<byte> buffer) =>
        !Http2Frame.TryRead(buffer, out var frame) ? default
        : frame.Type == Http2Frame.Headers ? (frame, HeaderBlock.Measure(buffer))
        : (frame, Http2Frame.HeadLength + frame.Length);

    private async ValueTask<bool> MayPassAsync(
        Http2Frame frame, ReadOnlySequence<byte> buffer, long length, CancellationToken cancellationToken)
    {
        if (_pace.Delay(frame) is { } delay)
        {
            await delay.WaitAsync(cancellationToken);
        }

        if (frame.Type != Http2Frame.Headers)
        {
            return true;
        }

        if (frame.Stream > _lastStream)
        {
            _lastStream = frame.Stream;
            await WaitForLimitsAsync(cancellationToken);
            return true;
        }

        return gate.HoldTrailers(client, frame.Stream, HpackSize.AtMost(HeaderBlock.Fields(buffer.Slice(0, length))));
    }

    private void Consume(SequencePosition consumed)
    {
        if (!_passedBuffer.IsEmpty)
        {
            _rest -= Math.Min(_rest, _passedBuffer.Slice(_passedBuffer.Start, consumed).Length);
            _passedBuffer = default;
        }
    }

    // The limits never see a block that the server itself rejects, so it counts as seen after a
    // short wait.
    private async Task WaitForLimitsAsync(CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var delay = FirstDelay;
        while (!client.HasShownIdentity && (IsUnseen() ? waited < UnseenTimeout : IsFull() && waited < FullTimeout))
        {
            await Task.Delay(delay, cancellationToken);
            waited += delay;
            delay = delay < LongestDelay ? delay * 2 : LongestDelay;
        }

        _passed = IsUnseen() ? client.Begun + 1 : _passed + 1;
    }

    private bool IsUnseen() => _passed - client.Begun >= MostUnseen;

    private bool IsFull() => gate.IsFull(client, (int)Math.Max(0, _passed - client.Begun));
}
