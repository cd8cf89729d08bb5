using System.Text.Json;
using AuthGateway.Sessions;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>
/// Groups and claims read again at a refresh: the new ID token is validated and compared with the old one (OIDC Core §12.2), userinfo is fetched again.
/// Keycloak sends no nonce in a refreshed ID token; some providers send no ID token at all.
/// </summary>
internal sealed class RefreshedClaims(IdTokenHandler handler, UserInfoClient userInfo, ClaimsMapper mapper)
{
    /// <param name="before">The session as it was.</param>
    /// <param name="tokens">What the refresh brought.</param>
    public async Task<ClaimsVerdict> ReadAsync(SessionPayload before, RefreshAnswer.Tokens tokens)
    {
        if (tokens.IdToken is { } fresh)
        {
            if (!(await handler.ValidateTokenAsync(fresh, new TokenValidationParameters())).IsValid)
            {
                return new ClaimsVerdict.Unread("id_token_invalid");
            }

            if (Contradiction(before, fresh) is { } contradiction)
            {
                return new ClaimsVerdict.Refused(contradiction);
            }
        }

        if ((tokens.IdToken ?? before.IdToken) is not { } idToken)
        {
            return new ClaimsVerdict.Unread("id_token_missing");
        }

        var answer = await userInfo.AskAsync(tokens.AccessToken, IdTokenReader.Text(idToken, "sub"));
        return answer.Trouble is { } trouble ? new ClaimsVerdict.Unread(trouble) : Map(idToken, answer.Claims);
    }

    private ClaimsVerdict Map(string idToken, JsonElement? known)
    {
        try
        {
            return new ClaimsVerdict.Accepted(mapper.Map(idToken, known));
        }
        catch (LoginFailedException e)
        {
            // A login now would be refused, and tells the user why.
            return new ClaimsVerdict.Refused(e.Failure.Code);
        }
    }

    /// <summary>OIDC Core §12.2: <c>iss</c> and <c>sub</c> must be those of the login, a nonce may be missing but not another one. (<c>aud</c> was validated.)</summary>
    private static string? Contradiction(SessionPayload before, string fresh)
    {
        if (before.IdToken is not { } old)
        {
            return null;
        }

        if (IdTokenReader.Text(old, "sub") != IdTokenReader.Text(fresh, "sub"))
        {
            return "subject_changed";
        }

        if (IdTokenReader.Text(old, "iss") != IdTokenReader.Text(fresh, "iss"))
        {
            return "issuer_changed";
        }

        return IdTokenReader.Text(fresh, "nonce") is { } nonce && nonce != before.Nonce ? "nonce_changed" : null;
    }
}
