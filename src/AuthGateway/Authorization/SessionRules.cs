using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;

namespace AuthGateway.Authorization;

/// <summary>
/// The rules that hold for a user at every address: <c>EMAIL_DOMAINS</c> and
/// <c>GROUPS_ALLOWLIST</c>. The external authorizer decides about the application's addresses.
/// </summary>
internal sealed class SessionRules(EmailDomainAuthorizer domains, GroupsAuthorizer groups)
{
    public bool Allows(Identity identity) => domains.Allows(identity) && groups.Allows(identity);

    /// <returns>Null when the user is allowed.</returns>
    public async ValueTask<AccessDecision?> AuthorizeAsync(
        AccessRequest request, AuthenticationResult.Authenticated who) =>
        await domains.AuthorizeAsync(request, who) ?? await groups.AuthorizeAsync(request, who);
}
