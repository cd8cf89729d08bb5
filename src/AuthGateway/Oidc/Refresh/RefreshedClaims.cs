using System.Text.Json;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Validates a refresh response as a whole. A new ID token is validated and compared with the old
/// one (OIDC Core §12.2); userinfo is fetched again and must be about the same subject (§5.3.2).
/// </summary>
/// <remarks>
/// Keycloak sends no nonce in a refreshed ID token; some providers send no ID token at all.
/// </remarks>
internal sealed class RefreshedClaims(ProviderTokenHandler handler, UserInfoClient userInfo, ClaimsMapper mapper)
    : IRefreshReader
{
    public async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer)
    {
        var kept = answer.RefreshToken is not null || answer.RefreshExpiresIn > 0
            ? new KeptRefreshToken(answer.RefreshToken, answer.RefreshExpiresIn)
            : null;
        try
        {
            return await ReadAsync(before, answer, kept);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The refresh token is kept after any error: the provider may accept no other any more.
            return new RefreshReading.Unknown(kept, e.GetType().Name);
        }
    }

    public async Task<RefreshReading> ConfirmAsync(SessionPayload before)
    {
        if (before is not { AccessToken: { } token, IdToken: { } raw })
        {
            return new RefreshReading.Ends("refresh_token_over");
        }

        var idToken = IdToken.Parse(raw);
        var answer = await userInfo.AskAsync(token, idToken.Subject);
        if (answer.IsTokenRefused)
        {
            return new RefreshReading.Ends("access_token_refused") { Sentence = answer.Sentence };
        }

        // Without a userinfo endpoint the login cannot be confirmed.
        return answer switch
        {
            { Error: { } error } => new RefreshReading.Unknown(null, error) { Sentence = answer.Sentence },
            { Claims: null } => new RefreshReading.Ends("refresh_token_over"),
            _ => Map(new ValidatedTokens(token, null, 0, null), idToken, answer.Claims),
        };
    }

    private async Task<RefreshReading> ReadAsync(
        SessionPayload before, RefreshResponse.Tokens answer, KeptRefreshToken? kept)
    {
        var old = before.IdToken is { } known ? IdToken.Parse(known) : null;
        IdToken? fresh = null;
        if (answer.IdToken is { } raw)
        {
            var result = await handler.ValidateTokenAsync(raw, new TokenValidationParameters());
            if (!result.IsValid)
            {
                return new RefreshReading.Unusable(kept, "id_token_invalid")
                {
                    Sentence = (result.Exception as TokenRefusedException)?.Message,
                };
            }

            fresh = IdToken.Parse(raw);
            if (FindMismatch(old, before.Nonce, fresh) is var (reason, sentence))
            {
                return new RefreshReading.Ends(reason, kept) { Sentence = sentence };
            }
        }

        if ((fresh ?? old) is not { } idToken)
        {
            return new RefreshReading.Unusable(kept, "id_token_missing");
        }

        var tokens = new ValidatedTokens(answer.AccessToken, fresh, answer.ExpiresIn, kept);
        var about = await userInfo.AskAsync(answer.AccessToken, idToken.Subject);
        return about.Error switch
        {
            null => Map(tokens, idToken, about.Claims),
            UserInfoResult.OtherSubject => new RefreshReading.Unusable(kept, UserInfoResult.OtherSubject)
            {
                Sentence = about.Sentence,
            },
            var error => new RefreshReading.Unread(tokens, error) { Sentence = about.Sentence },
        };
    }

    // Claims that a login would refuse end the session: the login that follows shows the reason to
    // the user.
    private RefreshReading Map(ValidatedTokens tokens, IdToken idToken, JsonElement? known) =>
        mapper.Map(idToken.Claims, known) switch
        {
            ClaimsResult.Mapped mapped => new RefreshReading.Renewed(tokens, mapped.Identity),
            ClaimsResult.Unusable problem =>
                new RefreshReading.Ends(LoginFailure.Of(problem.Problem).Code, tokens.RefreshToken)
                {
                    Sentence = problem.Sentence ?? LoginFailure.Of(problem.Problem).Advice,
                },
            _ => throw new InvalidOperationException("A result of the claims mapper that is not handled here."),
        };

    /// <summary>
    /// Compares a new ID token with that of the login (OIDC Core §12.2): <c>iss</c> and <c>sub</c>
    /// must be equal; a nonce may be absent, but not different. (<c>aud</c> has been validated.)
    /// </summary>
    private static (string Reason, string Sentence)? FindMismatch(IdToken? old, string? nonce, IdToken fresh)
    {
        if (old is null)
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

        return fresh.Text("nonce") is { } renewed && renewed != nonce
                ? (
                    "nonce_changed",
                    $"The new ID token's nonce is \"{LogText.Shown(renewed)}\", "
                        + "not that of the login (OIDC Core §12.2).")
                : null;

        string? Compare(string claim)
        {
            var expected = old.Text(claim);
            var actual = fresh.Text(claim);
            return expected == actual
                ? null
                : $"The new ID token's {claim} is \"{LogText.Shown(actual)}\"; "
                    + $"expected is that of the login, \"{LogText.Shown(expected)}\" (OIDC Core §12.2).";
        }
    }
}
