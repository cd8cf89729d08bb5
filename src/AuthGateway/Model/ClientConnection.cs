using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Model;

/// <summary>What is known of a connection; readable from each of its requests.</summary>
/// <param name="listener">Which of our ports it came in on.</param>
/// <param name="peer">The other end, an IPv4 one as IPv4; never what a header says.</param>
/// <param name="isTls">True when the connection itself is TLS.</param>
internal sealed class ClientConnection(ListenerKind listener, IPAddress? peer, bool isTls)
{
    public ListenerKind Listener { get; } = listener;

    public IPAddress? Peer { get; } = peer;

    public bool IsTls { get; } = isTls;

    /// <summary>Its last HTTP/1.1 request, to be used again where the next is for the same.</summary>
    public AccessRequest? LastRequest { get; set; }

    /// <summary>What was read from the cookies of its last request; belongs to whoever reads cookies.</summary>
    public object? SeenCookies { get; set; }

    public static ClientConnection Of(IFeatureCollection features) =>
        features.Get<ClientConnection>() ?? throw new InvalidOperationException("A connection came in on a port that nobody opened.");
}

internal enum ListenerKind { Main, ExtAuthz, Probe, Web, Metrics }
