using AuthGateway.Access;

namespace AuthGateway.Sessions;

/// <summary>A request is refused, and the session it came with ends.</summary>
/// <remarks>
/// Only the rule for <c>GROUPS_ALLOWLIST</c> ends a session, as oidc-authservice does.
/// </remarks>
internal sealed record SessionForbidden(Session Session, AuthenticationMethod Method, string Reason)
    : AccessDecision.Forbidden(Session.Identity, Reason);
