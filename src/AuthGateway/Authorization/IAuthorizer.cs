using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;

namespace AuthGateway.Authorization;

/// <summary>
/// Decides whether an authenticated user may access the target. All authorizers must grant.
/// </summary>
internal interface IAuthorizer
{
    /// <summary>Returns null to grant, or the decision that refuses.</summary>
    ValueTask<AccessDecision?> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who);
}
