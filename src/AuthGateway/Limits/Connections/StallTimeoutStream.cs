namespace AuthGateway.Limits.Connections;

/// <summary>
/// Body of a stranger's request or response, with a time limit for each read and write.
/// </summary>
/// <param name="inner">Kestrel's stream.</param>
/// <param name="patience">Time limit of one read or write.</param>
/// <param name="moved">Called with the number of bytes that were read or written.</param>
/// <param name="giveUp">Called at the time limit. Returns false to continue waiting.</param>
/// <param name="turn">Awaited after some reads in a row that found their bytes already received: a
/// body of chunks of one byte would otherwise keep a thread. Null when nothing is read.</param>
internal sealed class StallTimeoutStream(
    Stream inner, TimeSpan patience, Action<int> moved, Func<bool> giveUp, Func<Task>? turn = null) : Stream
{
    /// <summary>Reads without a wait until a turn is awaited.</summary>
    private const int ReadsInARow = 16;
    private int _readsInARow;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_readsInARow >= ReadsInARow && turn is not null)
        {
            return ReadLaterAsync(turn, buffer, cancellationToken);
        }

        var read = inner.ReadAsync(buffer, cancellationToken);
        _readsInARow = read.IsCompletedSuccessfully ? _readsInARow + 1 : 0;
        return read.IsCompletedSuccessfully ? new(Moved(read.Result)) : new(WaitAsync(read.AsTask()));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var write = inner.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully)
        {
            return new(WaitAsync(write.AsTask(), buffer.Length));
        }

        moved(buffer.Length);
        return write;
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : WaitAsync(flush);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<int> ReadLaterAsync(
        Func<Task> turn, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _readsInARow = 0;
        await turn();
        return await ReadAsync(buffer, cancellationToken);
    }

    private async Task<int> WaitAsync(Task<int> work)
    {
        await WaitAsync((Task)work);
        return Moved(await work);
    }

    private int Moved(int count)
    {
        moved(count);
        return count;
    }

    private async Task WaitAsync(Task work, int count)
    {
        await WaitAsync(work);
        moved(count);
    }

    private async Task WaitAsync(Task work)
    {
        while (true)
        {
            try
            {
                await work.WaitAsync(patience);
                return;
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                if (giveUp())
                {
                    throw new IOException("The client makes no progress.");
                }
            }
        }
    }
}
