using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Http;

/// <summary>What is known of a connection; readable from each of its requests.</summary>
/// <param name="listener">Which of our ports it came in on.</param>
/// <param name="peer">The other end, an IPv4 one as IPv4; never what a header says.</param>
internal sealed class ClientConnection(ListenerKind listener, IPAddress? peer)
{
    private int _requests;
    private long _begun;
    private int _forwarded;
    private int _headerBytes;
    private int _refusals;
    private int _inARow;

    public ListenerKind Listener { get; } = listener;

    public IPAddress? Peer { get; } = peer;

    /// <summary>True when the connection itself is TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>True for HTTP/2: many requests at a time.</summary>
    public bool IsHttp2 { get; set; }

    /// <summary>True once a request of this connection showed a live session or another valid credential: from then on it is no stranger's.</summary>
    public bool HasShownIdentity { get; set; }

    /// <summary>Requests under way.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests so far; exact until a session was shown.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>Requests under way that are forwarded for a stranger.</summary>
    public int Forwarded => Volatile.Read(ref _forwarded);

    /// <summary>Decoded header bytes under way.</summary>
    public int HeaderBytes => Volatile.Read(ref _headerBytes);

    /// <summary>How much of them are trailers, by stream; null while none came.</summary>
    public ConcurrentDictionary<int, int>? Trailers { get; set; }

    /// <summary>Its last HTTP/1.1 request, to be used again where the next is for the same.</summary>
    public AccessRequest? LastRequest { get; set; }

    /// <summary>What was read from the cookies of its last request; belongs to whoever reads cookies.</summary>
    public object? SeenCookies { get; set; }

    /// <summary>A request begins.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _requests);
        if (HasShownIdentity)
        {
            // A lost count is of no matter any more.
            _begun++;
        }
        else
        {
            Interlocked.Increment(ref _begun);
        }
    }

    /// <summary>A request has ended.</summary>
    public void End() => Interlocked.Decrement(ref _requests);

    /// <summary>A stranger's request is forwarded (1), or that has ended (-1).</summary>
    public void Forward(int change) => Interlocked.Add(ref _forwarded, change);

    /// <summary>Decoded header bytes under way, after the change.</summary>
    public int AddHeaderBytes(int change) => Interlocked.Add(ref _headerBytes, change);

    /// <summary>How many of its requests were refused by a limit, this one included.</summary>
    public int Refuse() => Interlocked.Increment(ref _refusals);

    /// <summary>True for every such request (the 16th, the 32nd, …) that was answered without a wait: others have their turn first.</summary>
    public bool IsDueToYield(int every) => ++_inARow % every == 0;

    public static ClientConnection Of(IFeatureCollection features) =>
        features.Get<ClientConnection>() ?? throw new InvalidOperationException("A connection came in on a port that nobody opened.");
}

internal enum ListenerKind { Main, ExtAuthz, Probe, Web, Metrics }
