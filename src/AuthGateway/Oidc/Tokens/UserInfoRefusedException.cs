namespace AuthGateway.Oidc.Tokens;

/// <summary>A signed userinfo answer is refused (OIDC Core §5.3.2). The message says what was expected and seen; fit for the log and a page.</summary>
internal sealed class UserInfoRefusedException(string message) : Exception(message);
