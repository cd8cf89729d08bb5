using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Oidc;

namespace AuthGateway.Authentication;

/// <summary>Makes the answer for a token that was proven: its claims become an identity, or it is refused because they cannot.</summary>
internal sealed class TokenIdentity(ClaimsMapper mapper, IdentityOptions identity)
{
    public AuthenticationResult Of(PresentedToken token, JsonElement claims, JsonElement? userInfo = null)
    {
        try
        {
            return Authenticated(token, mapper.Map(claims, userInfo)) with { VerifiedClaims = claims };
        }
        catch (LoginFailedException e)
        {
            return e.Failure == LoginFailure.EmailUnverified
                ? TokenRefusal.Invalid("The e-mail address of the token is not verified.")
                : TokenRefusal.Nameless(identity.UserIdClaim);
        }
    }

    /// <summary>For a token that names its owner without claims.</summary>
    public AuthenticationResult OfName(PresentedToken token, string name, IEnumerable<string> groups, string? uid)
    {
        try
        {
            return Authenticated(token, mapper.Name(name) with { Groups = GroupClaims.Clean(groups), Uid = uid });
        }
        catch (LoginFailedException)
        {
            return TokenRefusal.Invalid("The token's owner has a name that no header can carry.");
        }
    }

    private static AuthenticationResult.Authenticated Authenticated(PresentedToken token, Identity identity) =>
        new(identity, AuthenticationMethod.Header, null) { CredentialHeader = token.Header };
}
