using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Model;

/// <summary>What is known of a connection; readable from each of its requests.</summary>
/// <param name="listener">Which of our ports it came in on.</param>
/// <param name="peer">The other end, an IPv4 one as IPv4; never what a header says.</param>
internal sealed class ClientConnection(ListenerKind listener, IPAddress? peer)
{
    private int _requests;
    private long _idleSince = Environment.TickCount64;

    public ListenerKind Listener { get; } = listener;

    public IPAddress? Peer { get; } = peer;

    /// <summary>True when the connection itself is TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>True once a request of this connection showed a live session or another valid credential: from then on it is no stranger's.</summary>
    public bool HasShownIdentity { get; set; }

    /// <summary>Requests under way.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>When its last request ended, or it was opened; milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    /// <summary>Its last HTTP/1.1 request, to be used again where the next is for the same.</summary>
    public AccessRequest? LastRequest { get; set; }

    /// <summary>What was read from the cookies of its last request; belongs to whoever reads cookies.</summary>
    public object? SeenCookies { get; set; }

    /// <summary>A request begins.</summary>
    public void Begin() => Interlocked.Increment(ref _requests);

    /// <summary>A request has ended.</summary>
    public void End()
    {
        Interlocked.Decrement(ref _requests);
        if (!HasShownIdentity)
        {
            Volatile.Write(ref _idleSince, Environment.TickCount64);
        }
    }

    public static ClientConnection Of(IFeatureCollection features) =>
        features.Get<ClientConnection>() ?? throw new InvalidOperationException("A connection came in on a port that nobody opened.");
}

internal enum ListenerKind { Main, ExtAuthz, Probe, Web, Metrics }
