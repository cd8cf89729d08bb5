namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// An HTTP/1.1 connection to an upstream. While a request's body goes out it listens: <see cref="SocketsHttpHandler"/> reads nothing before the body is sent, so a
/// refusal (413 of a proxy with a limit) would be heard when the last byte is out, or never. Everything else passes through.
/// </summary>
internal sealed class EarlyAnswerStream(Stream inner) : Stream
{
    private const int BufferLength = 4096;

    // The read ahead of the request whose body goes out, and what it brought: served to the next reads.
    private Task<ReadOnlyMemory<byte>>? _ahead;
    private ReadOnlyMemory<byte> _served;
    private volatile EarlyAnswer? _heard;
    private Reading _reading;

    // Something came before the request was written: it answers nothing that was asked.
    private volatile bool _isUnasked;
    private volatile bool _isTaken;

    // The handler's last read, when it had to wait.
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
                _ = _ahead.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }

        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // A connection whose early answer is read elsewhere ends there.
        if (disposing && !_isTaken)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Two reads at a time would take each other's bytes. A read of none only waits, and a socket (TLS does not) lets another stand beside it. A connection that was
    // handed on from another request may have a read of that one's: then the answer is heard after the body, as it always was.
    private bool CanListen() => _reading == Reading.None || (_reading == Reading.Question && inner is System.Net.Sockets.NetworkStream);

    // The handler's own read, begun with the request: it goes on after the body.
    private async ValueTask<int> ReadForAsync(EarlyAnswer request, Memory<byte> buffer, CancellationToken cancellationToken)
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
        // The handler reads from an idle connection before it writes a request there, in the flow of that request: a 408 that
        // lies there (RFC 9110 §15.5.9) is no answer to it, and the handler takes another connection.
        var isAsked = !_isUnasked && ReferenceEquals(request, _heard);
        if (isAsked && request.IsSending && AnswerHead.StatusOf(bytes) >= 400)
        {
            // Before the sending stops: that disposes of this object.
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
