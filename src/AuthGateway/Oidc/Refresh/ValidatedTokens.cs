using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Oidc.Refresh;

/// <summary>The tokens of a response that was validated as a whole.</summary>
/// <param name="AccessToken">The new access token.</param>
/// <param name="IdToken">The new ID token; null when there is none.</param>
/// <param name="ExpiresIn">Lifetime of the access token in seconds; 0 = unknown.</param>
/// <param name="RefreshToken">The new refresh token; null when the old one stays in use.</param>
internal sealed record ValidatedTokens(
    string AccessToken, IdToken? IdToken, long ExpiresIn, KeptRefreshToken? RefreshToken)
{
    public override string ToString() => "***";
}
