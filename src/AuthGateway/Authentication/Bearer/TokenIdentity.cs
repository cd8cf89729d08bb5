using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Maps the claims of a validated token to an identity. Refuses tokens whose claims do not map.
/// </summary>
internal sealed class TokenIdentity(ClaimsMapper mapper, IdentityOptions identity)
{
    public AuthenticationResult FromClaims(
        BearerToken token, JsonElement claims, JsonElement? userInfo = null) => mapper.Map(claims, userInfo) switch
        {
            ClaimsResult.Mapped mapped => Authenticated(token, mapped.Identity) with { VerifiedClaims = claims },
            ClaimsResult.Unusable { Problem: ClaimsProblem.EmailUnverified } =>
                TokenRefusal.Invalid("The e-mail address of the token is not verified."),
            _ => TokenRefusal.Nameless(identity.UserIdClaim),
        };

    /// <summary>Maps a token whose user is known by name and not by claims (TokenReview).</summary>
    public AuthenticationResult FromName(BearerToken token, string name, IEnumerable<string> groups, string? uid) =>
        mapper.Name(name) is ClaimsResult.Mapped mapped
            ? Authenticated(token, mapped.Identity with { Groups = GroupClaims.Clean(groups), Uid = uid })
            : TokenRefusal.Invalid("The token's owner has a name that no header can carry.");

    private static AuthenticationResult.Authenticated Authenticated(BearerToken token, Identity identity) =>
        new(identity, AuthenticationMethod.Header, null) { CredentialHeader = token.Header };
}
