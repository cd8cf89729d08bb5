using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Sessions;

namespace AuthGateway.Authorization;

/// <summary>
/// Enforces <c>GROUPS_ALLOWLIST</c>: one matching group is sufficient. Entries are exact,
/// case-sensitive names or globs with <c>*</c> and <c>?</c>. A refusal ends the session that
/// authenticated the request (as oidc-authservice does), never a session that was merely sent along
/// with a token.
/// </summary>
internal sealed partial class GroupsAuthorizer(AccessOptions access, ILogger<GroupsAuthorizer> logger) : IAuthorizer
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

        var seen = HeaderText.Shown(identity.Groups);
        var note = identity.GroupsNote is null ? "" : " " + identity.GroupsNote;
        var reason = $"User's groups ([{seen}]) are not in allowlist.{note}";
        Refused(logger, HeaderText.Shown(identity.UserId), seen, note);
        return new(who.Session is { } session
            ? new SessionForbidden(session, who.Method, reason)
            : new AccessDecision.Forbidden(identity, reason));
    }

    private bool IsAllowed(string group) => access.GroupsAllowlist.Any(entry => Glob.Matches(entry, group));

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "GROUPS_ALLOWLIST refuses {UserId}, whose groups are [{Groups}].{Note}")]
    private static partial void Refused(ILogger logger, string userId, string groups, string note);
}
