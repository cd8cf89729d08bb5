using AuthGateway.Sessions;

namespace AuthGateway.Proxy;

/// <summary>
/// The client's side of an upgraded connection, passed through byte for byte until its session ends: then the frame under way is finished, a close frame
/// (RFC 6455 §7.4.1: 1008, or 1001 when the server stops) goes out, and from there on nothing passes in either direction.
/// </summary>
internal sealed class SessionSocket(Stream client) : Stream
{
    private static readonly byte[] SessionEnded = [0x88, 15, 0x03, 0xF0, .. "session ended"u8];
    private static readonly byte[] ServerStops = [0x88, 14, 0x03, 0xE9, .. "server stops"u8];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameTracker _frames;
    private volatile bool _isClosing;
    private byte[] _closeFrame = SessionEnded;
    private bool _isSilent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Our close frame went out and the client's came back.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sends the close frame at the next frame boundary and waits for the client's answer.</summary>
    /// <exception cref="OperationCanceledException">Not within <paramref name="limit"/>.</exception>
    public async Task CloseAsync(Farewell why, CancellationToken limit)
    {
        _closeFrame = why == Farewell.ServerStops ? ServerStops : SessionEnded;
        _isClosing = true;
        await _writing.WaitAsync(limit);
        try
        {
            await CloseAtBoundaryAsync(limit);
        }
        finally
        {
            _writing.Release();
        }

        await _answered.Task.WaitAsync(limit);
    }

    /// <summary>The exchange is over: its stream may serve another one, nothing is written any more.</summary>
    public void Detach()
    {
        _isSilent = true;
        _answered.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await client.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty)
        {
            // Only a question whether there is something to read.
            return read;
        }

        while (_isClosing && read > 0)
        {
            if ((buffer.Span[0] & 0x0F) == 0x8)
            {
                IsClosed = true;
                _answered.TrySetResult();
            }

            read = await client.ReadAsync(buffer, cancellationToken);
        }

        if (read == 0)
        {
            _answered.TrySetResult();
        }

        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_isSilent)
            {
                return;
            }

            if (!_isClosing)
            {
                _frames.Feed(buffer.Span);
                await client.WriteAsync(buffer, cancellationToken);
            }
            else if (!_frames.IsAtBoundary)
            {
                await client.WriteAsync(buffer[.._frames.FeedToBoundary(buffer.Span)], cancellationToken);
            }

            if (_isClosing)
            {
                await CloseAtBoundaryAsync(cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            client.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task CloseAtBoundaryAsync(CancellationToken cancellationToken)
    {
        if (_isSilent || !_frames.IsAtBoundary)
        {
            return;
        }

        _isSilent = true;
        if (!_frames.SawClose)
        {
            await client.WriteAsync(_closeFrame, cancellationToken);
            await client.FlushAsync(cancellationToken);
        }
    }
}
