using AuthGateway.Access;

namespace AuthGateway.Sessions;

/// <summary>
/// A request is allowed by a session of the gateway. The forwarded connection ends with that
/// session.
/// </summary>
internal sealed record SessionAllow(Session Session, Identity Identity, AuthenticationMethod Method)
    : AccessDecision.Allow(Identity, Method);
