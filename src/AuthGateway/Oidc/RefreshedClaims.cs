using System.Text.Json;
using AuthGateway.Sessions;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>
/// Validates a refresh answer as a whole: the new ID token is validated and compared with the old one (OIDC Core §12.2), userinfo is fetched again and must
/// be about the same person (§5.3.2). Keycloak sends no nonce in a refreshed ID token; some providers send no ID token at all.
/// </summary>
internal sealed class RefreshedClaims(IdTokenHandler handler, UserInfoClient userInfo, ClaimsMapper mapper) : IRefreshReader
{
    public async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshAnswer.Tokens answer)
    {
        var kept = answer.RefreshToken is not null || answer.RefreshExpiresIn > 0 ? new KeptRefreshToken(answer.RefreshToken, answer.RefreshExpiresIn) : null;
        try
        {
            return await ReadAsync(before, answer, kept);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever goes wrong here, the refresh token is kept: the provider may take no other any more.
            return new RefreshReading.Unknown(kept, e.GetType().Name);
        }
    }

    public async Task<RefreshReading> ConfirmAsync(SessionPayload before)
    {
        if (before is not { AccessToken: { } token, IdToken: { } idToken })
        {
            return new RefreshReading.Ends("refresh_token_over");
        }

        var answer = await userInfo.AskAsync(token, IdTokenReader.Text(idToken, "sub"));
        if (answer.IsTokenRefused)
        {
            return new RefreshReading.Ends("access_token_refused");
        }

        // Without a userinfo endpoint nobody can say that the login still lives.
        return answer switch
        {
            { Trouble: { } trouble } => new RefreshReading.Unknown(null, trouble),
            { Claims: null } => new RefreshReading.Ends("refresh_token_over"),
            _ => Map(new ValidatedTokens(token, null, 0, null), idToken, answer.Claims),
        };
    }

    private async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshAnswer.Tokens answer, KeptRefreshToken? kept)
    {
        if (answer.IdToken is { } fresh)
        {
            if (!(await handler.ValidateTokenAsync(fresh, new TokenValidationParameters())).IsValid)
            {
                return new RefreshReading.Unusable(kept, "id_token_invalid");
            }

            if (Contradiction(before, fresh) is { } contradiction)
            {
                return new RefreshReading.Ends(contradiction, kept);
            }
        }

        if ((answer.IdToken ?? before.IdToken) is not { } idToken)
        {
            return new RefreshReading.Unusable(kept, "id_token_missing");
        }

        var tokens = new ValidatedTokens(answer.AccessToken, answer.IdToken, answer.ExpiresIn, kept);
        var about = await userInfo.AskAsync(answer.AccessToken, IdTokenReader.Text(idToken, "sub"));
        return about.Trouble switch
        {
            null => Map(tokens, idToken, about.Claims),
            UserInfoResult.OtherSubject => new RefreshReading.Unusable(kept, UserInfoResult.OtherSubject),
            var trouble => new RefreshReading.Unread(tokens, trouble),
        };
    }

    private RefreshReading Map(ValidatedTokens tokens, string idToken, JsonElement? known)
    {
        try
        {
            return new RefreshReading.Renewed(tokens, mapper.Map(idToken, known));
        }
        catch (LoginFailedException e)
        {
            // A login now would be refused, and tells the user why.
            return new RefreshReading.Ends(e.Failure.Code, tokens.RefreshToken);
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
