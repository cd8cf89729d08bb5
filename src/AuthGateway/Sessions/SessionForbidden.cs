using AuthGateway.Access;

namespace AuthGateway.Sessions;

/// <summary>Not permitted, and this session, which was refused, ends: the old service's rule for <c>GROUPS_ALLOWLIST</c>. No other one does.</summary>
internal sealed record SessionForbidden(Session Session, AuthenticationMethod Method, string Reason) : AccessDecision.Forbidden(Session.Identity, Reason);
