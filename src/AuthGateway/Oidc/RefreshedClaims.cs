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
            return new RefreshReading.Ends("access_token_refused") { Sentence = answer.Sentence };
        }

        // Without a userinfo endpoint nobody can say that the login still lives.
        return answer switch
        {
            { Trouble: { } trouble } => new RefreshReading.Unknown(null, trouble) { Sentence = answer.Sentence },
            { Claims: null } => new RefreshReading.Ends("refresh_token_over"),
            _ => Map(new ValidatedTokens(token, null, 0, null), idToken, answer.Claims),
        };
    }

    private async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshAnswer.Tokens answer, KeptRefreshToken? kept)
    {
        if (answer.IdToken is { } fresh)
        {
            if (await handler.ValidateTokenAsync(fresh, new TokenValidationParameters()) is { IsValid: false, Exception: var refusal })
            {
                return new RefreshReading.Unusable(kept, "id_token_invalid") { Sentence = (refusal as TokenRefusedException)?.Message };
            }

            if (Contradiction(before, fresh) is var (reason, sentence))
            {
                return new RefreshReading.Ends(reason, kept) { Sentence = sentence };
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
            UserInfoResult.OtherSubject => new RefreshReading.Unusable(kept, UserInfoResult.OtherSubject) { Sentence = about.Sentence },
            var trouble => new RefreshReading.Unread(tokens, trouble) { Sentence = about.Sentence },
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
            return new RefreshReading.Ends(e.Failure.Code, tokens.RefreshToken) { Sentence = e.Reason };
        }
    }

    /// <summary>OIDC Core §12.2: <c>iss</c> and <c>sub</c> must be those of the login, a nonce may be missing but not another one. (<c>aud</c> was validated.)</summary>
    private static (string Reason, string Sentence)? Contradiction(SessionPayload before, string fresh)
    {
        if (before.IdToken is not { } old)
        {
            return null;
        }

        if (Compare("sub") is { } subject)
        {
            return ("subject_changed", subject);
        }

        if (Compare("iss") is { } issuer)
        {
            return ("issuer_changed", issuer);
        }

        return IdTokenReader.Text(fresh, "nonce") is { } nonce && nonce != before.Nonce
            ? ("nonce_changed", $"The new ID token's nonce is \"{TokenExamination.Shown(nonce)}\", not that of the login (OIDC Core §12.2).")
            : null;

        string? Compare(string claim) => (IdTokenReader.Text(old, claim), IdTokenReader.Text(fresh, claim)) is var (expected, seen) && expected != seen
            ? $"The new ID token's {claim} is \"{TokenExamination.Shown(seen)}\"; expected is that of the login, \"{TokenExamination.Shown(expected)}\" (OIDC Core §12.2)."
            : null;
    }
}
