using System.IO.Enumeration;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Sessions;

namespace AuthGateway.Authorization;

/// <summary><c>GROUPS_ALLOWLIST</c>: one matching group is enough; entries are exact, case-sensitive names or globs with <c>*</c> and <c>?</c>. It ends the session that was refused (the old service's rule), never one that merely came along with a token.</summary>
internal sealed class GroupsAuthorizer(AccessOptions access) : IAuthorizer
{
    private readonly bool _everybody = access.GroupsAllowlist.Contains("*");

    public bool Allows(Identity identity) => _everybody || identity.Groups.Any(IsAllowed);

    public ValueTask<AccessDecision?> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who)
    {
        var identity = who.Identity;
        if (Allows(identity))
        {
            return new((AccessDecision?)null);
        }

        var seen = string.Join(",", identity.Groups);
        var reason = $"User's groups ([{seen}]) are not in allowlist.";
        return new(who.Session is { } session ? new SessionForbidden(session, who.Method, reason) : new AccessDecision.Forbidden(identity, reason));
    }

    private bool IsAllowed(string group) => access.GroupsAllowlist.Any(entry =>
        entry == group || (entry.AsSpan().ContainsAny('*', '?') && FileSystemName.MatchesSimpleExpression(entry.Replace("\\", "\\\\", StringComparison.Ordinal), group, ignoreCase: false)));
}
