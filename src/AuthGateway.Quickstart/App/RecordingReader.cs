using System.Buffers;
using System.IO.Pipelines;

namespace AuthGateway.Quickstart.App;

/// <summary>Passes a connection's bytes on unchanged and shows each of them once to a <see cref="HeadRecorder"/>.</summary>
internal sealed class RecordingReader(PipeReader inner, HeadRecorder recorder) : PipeReader
{
    private ReadOnlySequence<byte> _last;

    // Bytes at the start of the next read that were shown already.
    private long _shown;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Show(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        if (read)
        {
            Show(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _shown = _last.Slice(consumed).Length;
        _last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Show(ReadResult result)
    {
        _last = result.Buffer;
        foreach (var segment in result.Buffer.Slice(_shown))
        {
            recorder.Add(segment.Span);
        }

        _shown = result.Buffer.Length;
        return result;
    }
}
