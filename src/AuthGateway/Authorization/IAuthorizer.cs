using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;

namespace AuthGateway.Authorization;

/// <summary>Says whether a known user may pass. All authorizers must grant.</summary>
internal interface IAuthorizer
{
    /// <summary>Null grants; a decision refuses.</summary>
    ValueTask<AccessDecision?> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who);
}
