using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// A WebSocket handshake with our cookie needs <c>Origin</c> absent or equal to the public origin (cross-site WebSocket hijacking), at every entry point.
/// Most requests have no <c>Origin</c>, so that is looked at first.
/// </summary>
internal sealed class OriginRule(SameOrigin sameOrigin)
{
    public bool Refuses(AccessRequest request, AuthenticationResult.Authenticated who) =>
        who.Method == AuthenticationMethod.Cookie && who.Session is not null && !sameOrigin.IsNotForeign(request) && request.IsWebSocket;
}
