using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>A token that the provider signed, or seems to have signed, is refused. The message is one sentence or two, with what was expected and what came; fit for the log and a page.</summary>
internal sealed class TokenRefusedException(string message) : SecurityTokenException(message);
