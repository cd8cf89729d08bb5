using AuthGateway.Http;

namespace AuthGateway.Limits;

/// <summary>A stranger's request to a public path that is under way.</summary>
/// <param name="context">The request.</param>
/// <param name="connection">The connection that it came by.</param>
/// <param name="isShared">True for a trusted proxy's connection: a session that was shown there is another person's.</param>
internal sealed class StrangerForward(HttpContext context, ClientConnection connection, bool isShared)
{
    private readonly long _begun = Environment.TickCount64;
    private long _bytes;
    private int _isEnding;

    public ClientConnection Connection { get; } = connection;

    /// <summary>True while it is a stranger's: who has shown a session meanwhile may be as slow as he likes.</summary>
    public bool IsStrangers => !Connection.HasShownIdentity || isShared;

    /// <summary>True once it was told to end.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    /// <summary>How long it has been under way.</summary>
    public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _begun);

    /// <summary>Bytes of body and answer a second.</summary>
    public double Pace => Interlocked.Read(ref _bytes) / Math.Max(0.001, Age.TotalSeconds);

    /// <summary>So many bytes came or were taken.</summary>
    public void Move(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Breaks it off: over HTTP/1.1 the connection, over HTTP/2 the stream. False when somebody did so before.</summary>
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
