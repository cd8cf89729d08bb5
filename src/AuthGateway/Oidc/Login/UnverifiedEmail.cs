using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Detects a user id that is an e-mail address which the provider has not verified. Users who can
/// set an arbitrary address at the provider could take another user's id.
/// </summary>
internal static class UnverifiedEmail
{
    public static bool IsUserId(IdentityOptions options, Identity identity, LoginResult result)
    {
        if (!options.UserIdClaims.Contains(options.EmailClaim) || identity.Email != identity.RawUserId)
        {
            return false;
        }

        return !new Claims(result.UserInfo, result.IdToken.Claims).IsTrue("email_verified");
    }
}
