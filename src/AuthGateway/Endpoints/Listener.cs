using System.Net;

namespace AuthGateway.Endpoints;

/// <summary>What is known of a connection: which of our ports it came in on, and its peer (an IPv4 peer as IPv4). Set once, readable from each of its requests.</summary>
internal sealed record Listener(ListenerKind Kind, IPAddress? Peer)
{
    public static Listener Of(HttpContext context) => context.Features[typeof(Listener)] as Listener ?? throw new InvalidOperationException("A connection came in on a port that nobody opened.");
}

internal enum ListenerKind { Main, ExtAuthz, Probe, Web, Metrics }
