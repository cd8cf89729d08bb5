using System.Buffers;
using System.IO.Pipelines;
using AuthGateway.Model;

namespace AuthGateway.Limits;

/// <summary>
/// Feeds an HTTP/2 connection of a stranger to the server request by request: at most two header blocks (RFC 9113 §6.2) may be decoded that no limit has seen
/// yet. The server alone would decode 100 at once, each up to 64 KiB of text for 15 bytes (HPACK). Once a session was shown, bytes pass as they are.
/// </summary>
internal sealed class StrangerFrames(PipeReader inner, ClientConnection client) : PipeReader
{
    private const int FrameHeader = 9;
    private const int Preface = 24;
    private const byte Headers = 1;
    private const int MostUnseen = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes of the frame (or the preface) that begin where the reader stands. Only what the reader consumed counts as passed: the rest comes again.</summary>
    private long _rest = Preface;

    /// <summary>What the reader was shown last; empty when nothing is counted any more.</summary>
    private ReadOnlySequence<byte> _shown;

    private uint _lastStream;
    private long _passed;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await inner.ReadAsync(cancellationToken);
            _shown = default;
            if (client.HasShownIdentity || result.Buffer.IsEmpty)
            {
                return result;
            }

            var length = Allowed(result.Buffer, out var isHeaders);
            if (length == 0 && !result.IsCompleted)
            {
                // Not even the head of a frame.
                inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }

            if (isHeaders)
            {
                await SeenAsync(cancellationToken);
            }

            _shown = result.Buffer;
            return new ReadResult(length == 0 ? result.Buffer : result.Buffer.Slice(0, length), result.IsCanceled, result.IsCompleted && length >= result.Buffer.Length);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return client.HasShownIdentity && inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Consume(consumed);
        inner.AdvanceTo(consumed);
    }

    // What was held back was not looked at by the reader, so the next read returns at once.
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Consume(consumed);
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    // The rest of the frame that has begun, else the next frame.
    private long Allowed(ReadOnlySequence<byte> buffer, out bool isHeaders)
    {
        isHeaders = false;
        if (_rest == 0)
        {
            if (buffer.Length < FrameHeader)
            {
                return 0;
            }

            Span<byte> head = stackalloc byte[FrameHeader];
            buffer.Slice(0, FrameHeader).CopyTo(head);
            _rest = FrameHeader + ((head[0] << 16) | (head[1] << 8) | head[2]);
            var stream = (uint)(((head[5] & 0x7F) << 24) | (head[6] << 16) | (head[7] << 8) | head[8]);
            if (head[3] == Headers && stream > _lastStream)
            {
                _lastStream = stream;
                isHeaders = true;
            }
        }

        return Math.Min(_rest, buffer.Length);
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
    private async Task SeenAsync(CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (_passed - client.Begun >= MostUnseen && waited < Patience && !client.HasShownIdentity)
        {
            await Task.Delay(Look, cancellationToken);
            waited += Look;
        }

        _passed = waited < Patience ? _passed + 1 : client.Begun + 1;
    }
}
