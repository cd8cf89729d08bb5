using AuthGateway.Access;

namespace AuthGateway.Sessions;

/// <summary>Pass, by our own session: what is forwarded shares its life.</summary>
internal sealed record SessionAllow(Session Session, Identity Identity, AuthenticationMethod Method) : AccessDecision.Allow(Identity, Method);
