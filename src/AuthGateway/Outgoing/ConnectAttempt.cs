using System.Net;
using System.Net.Sockets;

namespace AuthGateway.Outgoing;

/// <summary>One attempt to connect.</summary>
/// <param name="Address">The address tried.</param>
/// <param name="Socket">The connected socket; <c>null</c> when it failed.</param>
/// <param name="Error">The error of a failed attempt.</param>
internal sealed record ConnectAttempt(IPAddress Address, Socket? Socket, SocketError Error);
