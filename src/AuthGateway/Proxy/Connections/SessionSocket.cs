using AuthGateway.Sessions.Connections;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// The client's side of an upgraded connection. Bytes pass unchanged until its session ends. Then
/// the application receives a close frame in the client's place, and the data it had already sent
/// is delivered for at most 0.3 s, so that no message is lost. The client receives a close frame of
/// the gateway's (RFC 6455 §7.4.1: 1008, or 1001 when the server stops), and nothing passes in
/// either direction afterwards. Data of the client is dropped from the end of the session on.
/// </summary>
internal sealed class SessionSocket(Stream client) : DuplexStream(client)
{
    private static readonly byte[] SessionEnded = [0x88, 15, 0x03, 0xF0, .. "session ended"u8];
    private static readonly byte[] ServerStops = [0x88, 14, 0x03, 0xE9, .. "server stops"u8];
    // From the client: masked (RFC 6455 §5.3), with a mask of zeros; 1001, going away.
    private static readonly byte[] ClientLeaves = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9];
    // Shorter than SessionConnections.Moment, so that time is left for the client's close frame
    // even when the application never answers.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(300);
    private readonly TaskCompletionSource _drains = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameTracker _frames;
    private FrameTracker _clientFrames;
    private Task<int>? _question;
    private bool _hasToldApplication;
    private volatile bool _isAsking;
    private volatile bool _isClosing;
    private byte[] _closeFrame = SessionEnded;
    private bool _isSilent;

    /// <summary>
    /// True when the gateway's close frame was sent and the client's was received.
    /// </summary>
    public bool IsClosed { get; private set; }

    /// <summary>
    /// Sends the close frame at the next frame boundary and waits for the client's close frame.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client did not answer before
    /// <paramref name="limit"/>.</exception>
    public async Task CloseAsync(CloseReason why, CancellationToken limit)
    {
        _closeFrame = why == CloseReason.ServerStops ? ServerStops : SessionEnded;
        await (_isAsking ? DrainAsync(limit) : Task.CompletedTask);
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

    /// <summary>
    /// Detaches the stream when the exchange is over. The stream may serve another exchange;
    /// nothing is written to it any more.
    /// </summary>
    public void Detach()
    {
        _isSilent = true;
        _drained.TrySetResult();
        _answered.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return await AskAsync(buffer, cancellationToken);
        }

        if (_drains.Task.IsCompleted
            && !_hasToldApplication
            && _clientFrames.IsAtBoundary
            && buffer.Length >= ClientLeaves.Length)
        {
            _hasToldApplication = true;
            ClientLeaves.CopyTo(buffer);
            return ClientLeaves.Length;
        }

        if (_question is { } asked)
        {
            // Only one read at a time.
            _question = null;
            await asked;
        }

        var read = await Inner.ReadAsync(buffer, cancellationToken);
        if (!_drains.Task.IsCompleted && !_isClosing)
        {
            _clientFrames.Feed(buffer.Span[..read]);
        }

        while (read > 0 && (_isClosing || _drains.Task.IsCompleted))
        {
            if ((buffer.Span[0] & 0x0F) == 0x8)
            {
                IsClosed = true;
                _answered.TrySetResult();
            }

            read = await Inner.ReadAsync(buffer, cancellationToken);
        }

        if (read == 0)
        {
            _answered.TrySetResult();
        }

        return read;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
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
                await Inner.WriteAsync(buffer[..Feed(buffer.Span)], cancellationToken);
            }
            else if (!_frames.IsAtBoundary)
            {
                await Inner.WriteAsync(buffer[.._frames.FeedToBoundary(buffer.Span)], cancellationToken);
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

        if (_isClosing && _drains.Task.IsCompleted)
        {
            // The exchange is over when this method returns. Before the client's answer its
            // connection would be reset.
            await Task.WhenAny(_answered.Task, Task.Delay(DrainLimit, cancellationToken));
        }
    }


    // The forwarder first reads with an empty buffer, which may wait for hours. The session may end
    // during this wait.
    private async ValueTask<int> AskAsync(Memory<byte> nothing, CancellationToken cancellationToken)
    {
        var question = _question ?? Inner.ReadAsync(nothing, cancellationToken).AsTask();
        if (_drains.Task.IsCompleted)
        {
            _question = null;
            return _hasToldApplication ? await question : 0;
        }

        _isAsking = true;
        await Task.WhenAny(question, _drains.Task);
        _isAsking = false;
        _question = question.IsCompleted ? null : question;
        return question.IsCompletedSuccessfully ? question.Result : question.IsCompleted ? await question : 0;
    }

    private async Task DrainAsync(CancellationToken limit)
    {
        _drains.TrySetResult();
        try
        {
            await _drained.Task.WaitAsync(DrainLimit, limit);
        }
        catch (TimeoutException)
        {
            // The application does not answer, or is in the middle of a message.
        }
    }

    /// <summary>
    /// Returns the number of bytes that may pass. While the connection is closing: all before the
    /// application's own close frame, which the gateway's replaces.
    /// </summary>
    private int Feed(ReadOnlySpan<byte> bytes)
    {
        if (!_drains.Task.IsCompleted)
        {
            _frames.Feed(bytes);
            return bytes.Length;
        }

        var passed = _drained.Task.IsCompleted ? 0 : _frames.FeedUpToClose(bytes);
        if (passed < bytes.Length)
        {
            // The gateway's close frame is sent with this write: the application may be gone before
            // the next one.
            _isClosing = true;
            _drained.TrySetResult();
        }

        return passed;
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
            await Inner.WriteAsync(_closeFrame, cancellationToken);
            await Inner.FlushAsync(cancellationToken);
        }
    }
}
