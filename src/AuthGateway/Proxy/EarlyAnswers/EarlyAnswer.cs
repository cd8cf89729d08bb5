namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// State of one request whose body is being sent over HTTP/1.1. The connection reports an error
/// response that arrives before the end of the body, and sending stops (RFC 9112 §9.5).
/// </summary>
internal sealed class EarlyAnswer(CancellationTokenSource sending)
{
    private static readonly AsyncLocal<EarlyAnswer?> Now = new();
    private readonly Lock _gate = new();
    private volatile bool _isSent;

    /// <summary>
    /// The request of the current asynchronous flow. Null for a request without a body.
    /// </summary>
    public static EarlyAnswer? Current
    {
        get => Now.Value;
        set => Now.Value = value;
    }

    /// <summary>
    /// The connection with the response bytes already read from it. Null while no early response
    /// has arrived.
    /// </summary>
    public Stream? Answer { get; private set; }

    /// <summary>Completes when the cancellation of the sending has been delivered.</summary>
    public Task Stopping { get; private set; } = Task.CompletedTask;

    /// <summary>True while the body is not sent completely.</summary>
    public bool IsSending => !_isSent;

    /// <summary>
    /// Marks the body as completely sent. A response from here on is an ordinary one.
    /// </summary>
    public void BodySent()
    {
        lock (_gate)
        {
            _isSent = true;
        }
    }

    /// <summary>
    /// Takes over the connection and stops sending. Returns false when the body is already sent.
    /// </summary>
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

        // Not awaited here: the cancelled code is what awaits it.
        Stopping = sending.CancelAsync();
        return true;
    }
}
