using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Http;

/// <summary>State of one client connection, available from each of its requests.</summary>
/// <param name="listener">The kind of listener that accepted the connection.</param>
/// <param name="peer">The peer address, IPv4 mapped addresses as IPv4. Headers never change
/// it.</param>
internal sealed class ClientConnection(ListenerKind listener, IPAddress? peer)
{
    private const long MostMilliseconds = 10;

    private int _requests;
    private long _begun;
    private int _forwarded;
    private int _headerBytes;
    private int _refusals;
    private int _answersInARow;
    private long _millisecondsInARow;

    public ListenerKind Listener { get; } = listener;

    public IPAddress? Peer { get; } = peer;

    /// <summary>True when the connection itself is TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>True for HTTP/2, which carries many requests at a time.</summary>
    public bool IsHttp2 { get; set; }

    /// <summary>
    /// True once a request of this connection presented a live session or another valid credential.
    /// The limits for unauthenticated connections no longer apply from then on.
    /// </summary>
    public bool HasShownIdentity { get; set; }

    /// <summary>Requests in progress.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>
    /// Requests started so far. Exact until a request has presented a valid credential.
    /// </summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>Requests in progress that are forwarded without an identity.</summary>
    public int Forwarded => Volatile.Read(ref _forwarded);

    /// <summary>Decoded header bytes of the requests in progress.</summary>
    public int HeaderBytes => Volatile.Read(ref _headerBytes);

    /// <summary>
    /// The part of <see cref="HeaderBytes"/> that are trailers, by stream. Null while none was
    /// received.
    /// </summary>
    public ConcurrentDictionary<int, int>? Trailers { get; set; }

    /// <summary>Counts a request that starts.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _requests);
        if (HasShownIdentity)
        {
            // Not atomic: the exact count no longer matters.
            _begun++;
        }
        else
        {
            Interlocked.Increment(ref _begun);
        }
    }

    /// <summary>Counts a request that has ended.</summary>
    public void End() => Interlocked.Decrement(ref _requests);

    /// <summary>
    /// Adjusts <see cref="Forwarded"/>: 1 when a request without an identity is forwarded, -1 when
    /// it has ended.
    /// </summary>
    public void Forward(int change) => Interlocked.Add(ref _forwarded, change);

    /// <summary>Adjusts the decoded header bytes in progress and returns the new value.</summary>
    public int AddHeaderBytes(int change) => Interlocked.Add(ref _headerBytes, change);

    /// <summary>
    /// Counts a request that a limit refused. Returns the number of refusals so far, this one
    /// included.
    /// </summary>
    public int Refuse() => Interlocked.Increment(ref _refusals);

    /// <summary>
    /// True for every n-th request that was answered without a wait, and when such requests took 10
    /// ms together. Then the thread yields so that other connections are served.
    /// </summary>
    public bool IsDueToYield(int every, long milliseconds)
    {
        _answersInARow++;
        _millisecondsInARow += milliseconds;
        if (_answersInARow < every && _millisecondsInARow < MostMilliseconds)
        {
            return false;
        }

        _answersInARow = 0;
        _millisecondsInARow = 0;
        return true;
    }

    public static ClientConnection Of(IFeatureCollection features) =>
        features.Get<ClientConnection>()
            ?? throw new InvalidOperationException(
                "The connection has no ClientConnection feature: its listener did not set one.");
}
