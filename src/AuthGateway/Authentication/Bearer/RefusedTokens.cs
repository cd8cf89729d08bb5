using AuthGateway.Observability;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Logs why a bearer token of the provider was refused, with the expected and the actual value. The
/// client gets only a fixed sentence. The rate is limited by <see cref="QuietLog"/>.
/// </summary>
internal sealed partial class RefusedTokens(ILogger<RefusedTokens> logger)
{
    private readonly ILogger<RefusedTokens> _logger = logger;

    public void Note(TokenValidationResult result)
    {
        if (result.Exception is TokenRefusedException refusal)
        {
            LogRefused(refusal.Message);
        }
    }

    /// <summary>Logs a token with another audience.</summary>
    /// <param name="jwt">The unverified token.</param>
    /// <param name="expected">The accepted audiences.</param>
    public void NoteAudience(UnverifiedJwt jwt, IEnumerable<string> expected) => LogRefused(jwt.Audiences.Count == 0
        ? "The access token names no audience (aud), and was not issued to CLIENT_ID (client_id)."
        : "The access token is for the audience "
            + $"\"{string.Join("\", \"", jwt.Audiences.Take(5).Select(LogText.Shown))}\"; "
            + $"expected is \"{string.Join("\" or \"", expected)}\" (AUDIENCES, CLIENT_ID).");

    /// <summary>Logs a token of an unknown issuer.</summary>
    public void NoteIssuer(string issuer, string expected) =>
        LogRefused(
            $"The token comes from the issuer \"{LogText.Shown(issuer)}\"; expected is \"{expected}\" (OIDC_PROVIDER, "
            + "OIDC_ISSUER). The two must be equal byte for byte.");

    [LoggerMessage(EventId = 340, Level = LogLevel.Warning, Message = "A bearer token was refused: {Sentence}")]
    private partial void LogRefused(string sentence);
}
