using System.Text.Json;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Validates a refresh answer as a whole: the new ID token is validated and compared with the old one (OIDC Core §12.2), userinfo is fetched again and must
/// be about the same person (§5.3.2). Keycloak sends no nonce in a refreshed ID token; some providers send no ID token at all.
/// </summary>
internal sealed class RefreshedClaims(ProviderTokenHandler handler, UserInfoClient userInfo, ClaimsMapper mapper) : IRefreshReader
{
    public async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer)
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

    private async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer, KeptRefreshToken? kept)
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

    // Claims that a login would be refused for end the session: the login now tells the user why.
    private RefreshReading Map(ValidatedTokens tokens, string idToken, JsonElement? known) => mapper.Map(idToken, known) switch
    {
        ClaimsResult.Mapped mapped => new RefreshReading.Renewed(tokens, mapped.Identity),
        ClaimsResult.Unusable problem => new RefreshReading.Ends(LoginFailure.Of(problem.Problem).Code, tokens.RefreshToken)
        {
            Sentence = problem.Sentence ?? LoginFailure.Of(problem.Problem).Advice,
        },
        _ => throw new InvalidOperationException("A result of the claims mapper that is not handled here."),
    };

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
            ? ("nonce_changed", $"The new ID token's nonce is \"{LogText.Shown(nonce)}\", not that of the login (OIDC Core §12.2).")
            : null;

        string? Compare(string claim) => (IdTokenReader.Text(old, claim), IdTokenReader.Text(fresh, claim)) is var (expected, seen) && expected != seen
            ? $"The new ID token's {claim} is \"{LogText.Shown(seen)}\"; expected is that of the login, \"{LogText.Shown(expected)}\" (OIDC Core §12.2)."
            : null;
    }
}
