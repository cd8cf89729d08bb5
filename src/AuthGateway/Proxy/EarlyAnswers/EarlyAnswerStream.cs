namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// An HTTP/1.1 connection to an upstream that reads while a request body is sent.
/// <see cref="SocketsHttpHandler"/> reads nothing before the body is complete, so a refusal (413 of
/// a proxy with a limit) would be seen after the last byte, or never. Everything else passes
/// through.
/// </summary>
internal sealed class EarlyAnswerStream(Stream inner) : Stream
{
    private const int BufferLength = 4096;

    // The read-ahead of the request whose body is being sent. Its bytes are served to the next
    // reads.
    private Task<ReadOnlyMemory<byte>>? _ahead;
    private ReadOnlyMemory<byte> _served;
    private volatile EarlyAnswer? _heard;
    private Reading _reading;

    // Bytes arrived before the request was written, so they are no response to it.
    private volatile bool _isUnasked;
    private volatile bool _isTaken;

    // State of the handler's last read, when it had to wait.
    private enum Reading
    {
        None,
        Question,
        Passing,
        ForRequest,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ahead is not null)
        {
            _reading = Reading.None;
            return ReadServedAsync(buffer, cancellationToken);
        }

        if (!buffer.IsEmpty && EarlyAnswer.Current is { } request)
        {
            return ReadForAsync(request, buffer, cancellationToken);
        }

        var read = inner.ReadAsync(buffer, cancellationToken);
        _reading = read.IsCompleted ? Reading.None : buffer.IsEmpty ? Reading.Question : Reading.Passing;
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (EarlyAnswer.Current is { } request && !ReferenceEquals(request, _heard))
        {
            _heard = request;
            if (_ahead is null && CanListen())
            {
                _ahead = ListenAsync(request);
                _ = _ahead.ContinueWith(
                    static failed => failed.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default);
            }
        }

        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // A connection whose early response is read elsewhere is disposed of there.
        if (disposing && !_isTaken)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Two concurrent reads would take each other's bytes. A zero-byte read only waits, and a socket
    // (TLS does not) permits another read beside it. A connection that is reused may have a pending
    // read of the previous request. Then the response is read after the body, as without this
    // class.
    private bool CanListen() =>
        _reading == Reading.None || (_reading == Reading.Question && inner is System.Net.Sockets.NetworkStream);

    // The handler's own read, started with the request. It continues after the body.
    private async ValueTask<int> ReadForAsync(
        EarlyAnswer request, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _reading = Reading.ForRequest;
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _reading = Reading.None;
        _isUnasked |= read > 0 && !ReferenceEquals(request, _heard);
        TakeWhenRefused(request, buffer.Span[..read]);
        return read;
    }

    private async Task<ReadOnlyMemory<byte>> ListenAsync(EarlyAnswer request)
    {
        var buffer = new byte[BufferLength];
        var reading = inner.ReadAsync(buffer);
        _isUnasked |= reading.IsCompleted;
        var read = await reading;
        TakeWhenRefused(request, buffer.AsSpan(0, read));
        return buffer.AsMemory(0, read);
    }

    private void TakeWhenRefused(EarlyAnswer request, ReadOnlySpan<byte> bytes)
    {
        // The handler reads from an idle connection before it writes a request to it, in the flow
        // of that request. A 408 that already arrived (RFC 9110 §15.5.9) does not answer this
        // request, and the handler uses another connection.
        var isAsked = !_isUnasked && ReferenceEquals(request, _heard);
        if (isAsked && request.IsSending && AnswerHead.FindStatus(bytes) >= 400)
        {
            // Before the sending stops, because stopping disposes of this object.
            _isTaken = true;
            _isTaken = request.TryTake(new ReplayStream(bytes.ToArray(), inner));
        }
    }

    private async ValueTask<int> ReadServedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_served.IsEmpty)
        {
            _served = await _ahead!.WaitAsync(cancellationToken);
            if (_served.IsEmpty)
            {
                return 0;
            }
        }

        var length = Math.Min(buffer.Length, _served.Length);
        _served[..length].CopyTo(buffer);
        _served = _served[length..];
        if (length > 0 && _served.IsEmpty)
        {
            _ahead = null;
        }

        return length;
    }
}
