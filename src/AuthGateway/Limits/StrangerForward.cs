using AuthGateway.Http;

namespace AuthGateway.Limits;

/// <summary>A stranger's request to a public path that is being forwarded.</summary>
/// <param name="context">The request.</param>
/// <param name="connection">The connection of the request.</param>
/// <param name="isShared">
/// True for a connection of a trusted proxy, where a session shown earlier may be another user's.
/// </param>
internal sealed class StrangerForward(HttpContext context, ClientConnection connection, bool isShared)
{
    private readonly long _begun = Environment.TickCount64;
    private long _bytes;
    private int _isEnding;

    public ClientConnection Connection { get; } = connection;

    /// <summary>
    /// True while it counts as a stranger's. A client that has shown a session meanwhile may be
    /// slow.
    /// </summary>
    public bool IsStrangers => !Connection.HasShownIdentity || isShared;

    /// <summary>True once <see cref="End"/> was called.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    /// <summary>Time since the request began.</summary>
    public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _begun);

    /// <summary>Bytes of body and response per second.</summary>
    public double Pace => Interlocked.Read(ref _bytes) / Math.Max(0.001, Age.TotalSeconds);

    /// <summary>Adds bytes that were received or sent.</summary>
    public void Move(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>
    /// Aborts it: the connection in HTTP/1.1, the stream in HTTP/2. False when it was already
    /// aborted.
    /// </summary>
    public bool End()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return false;
        }

        context.Abort();
        return true;
    }
}
