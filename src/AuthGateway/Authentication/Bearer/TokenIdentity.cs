using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>Makes the answer for a token that was proven: its claims become an identity, or it is refused because they cannot.</summary>
internal sealed class TokenIdentity(ClaimsMapper mapper, IdentityOptions identity)
{
    public AuthenticationResult Of(BearerToken token, JsonElement claims, JsonElement? userInfo = null) => mapper.Map(claims, userInfo) switch
    {
        ClaimsResult.Mapped mapped => Authenticated(token, mapped.Identity) with { VerifiedClaims = claims },
        ClaimsResult.Unusable { Problem: ClaimsProblem.EmailUnverified } => TokenRefusal.Invalid("The e-mail address of the token is not verified."),
        _ => TokenRefusal.Nameless(identity.UserIdClaim),
    };

    /// <summary>For a token that names its owner without claims.</summary>
    public AuthenticationResult OfName(BearerToken token, string name, IEnumerable<string> groups, string? uid) =>
        mapper.Name(name) is ClaimsResult.Mapped mapped
            ? Authenticated(token, mapped.Identity with { Groups = GroupClaims.Clean(groups), Uid = uid })
            : TokenRefusal.Invalid("The token's owner has a name that no header can carry.");

    private static AuthenticationResult.Authenticated Authenticated(BearerToken token, Identity identity) =>
        new(identity, AuthenticationMethod.Header, null) { CredentialHeader = token.Header };
}
