namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// One request whose body is being sent over HTTP/1.1: the connection says here when an error has come back before the end of the body, and the sending stops
/// (RFC 9112 §9.5).
/// </summary>
internal sealed class EarlyAnswer(CancellationTokenSource sending)
{
    private static readonly AsyncLocal<EarlyAnswer?> Now = new();
    private readonly Lock _gate = new();
    private volatile bool _isSent;

    /// <summary>The request whose sending this flow of execution belongs to; null for one without a body.</summary>
    public static EarlyAnswer? Current
    {
        get => Now.Value;
        set => Now.Value = value;
    }

    /// <summary>The connection and what of the answer was read from it; null while none has come.</summary>
    public Stream? Answer { get; private set; }

    /// <summary>Done when everybody was told that the sending stops.</summary>
    public Task Stopping { get; private set; } = Task.CompletedTask;

    /// <summary>The body is not out yet.</summary>
    public bool IsSending => !_isSent;

    /// <summary>The body went out whole: what comes now is an ordinary answer.</summary>
    public void BodySent()
    {
        lock (_gate)
        {
            _isSent = true;
        }
    }

    /// <summary>Takes over the connection and stops the sending; false when the body is out already.</summary>
    public bool TryTake(Stream answer)
    {
        lock (_gate)
        {
            if (_isSent || Answer is not null)
            {
                return false;
            }

            Answer = answer;
        }

        // Beside the reading: what is cancelled here ends in the code that waits for it.
        Stopping = sending.CancelAsync();
        return true;
    }
}
