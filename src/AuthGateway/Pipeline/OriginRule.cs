using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Requires <c>Origin</c> to be absent or the public origin in a WebSocket handshake with the
/// gateway's cookie, at every entry point (protection against cross-site WebSocket hijacking). Most
/// requests have no <c>Origin</c>, so this is checked first.
/// </summary>
internal sealed class OriginRule(SameOrigin sameOrigin)
{
    public bool Refuses(AccessRequest request, AuthenticationResult.Authenticated who) =>
        who.Method == AuthenticationMethod.Cookie
            && who.Session is not null
            && !sameOrigin.IsNotForeign(request)
            && request.IsWebSocket;
}
