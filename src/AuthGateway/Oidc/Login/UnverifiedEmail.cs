using System.Buffers.Text;
using System.Text.Json;
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

        using var token = JsonDocument.Parse(Base64Url.DecodeFromChars(result.IdToken.Split('.')[1]));
        return !new Claims(result.UserInfo, token.RootElement).IsTrue("email_verified");
    }
}
