using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// A token is refused. The message of one or two sentences gives the expected and the actual value
/// and may be shown in the log and on a page.
/// </summary>
internal sealed class TokenRefusedException(string message) : SecurityTokenException(message);
