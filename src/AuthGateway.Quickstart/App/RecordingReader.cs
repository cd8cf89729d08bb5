using System.Buffers;
using System.IO.Pipelines;

namespace AuthGateway.Quickstart.App;

/// <summary>
/// Passes a connection's bytes on unchanged and shows each of them once to a <see cref="HeadRecorder"/>: when it is taken, not when it arrives, because a client
/// that has its answer may send the next head while the server still takes in the body before it.
/// </summary>
internal sealed class RecordingReader(PipeReader inner, HeadRecorder recorder) : PipeReader
{
    private ReadOnlySequence<byte> _last;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Remember(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read)
        {
            Remember(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        foreach (var segment in _last.Slice(_last.Start, consumed))
        {
            recorder.Add(segment.Span);
        }

        _last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Remember(ReadResult result)
    {
        _last = result.Buffer;
        return result;
    }
}
