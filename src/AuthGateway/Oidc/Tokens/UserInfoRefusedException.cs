namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// A signed userinfo response is refused (OIDC Core §5.3.2). The message gives the expected and the
/// actual value and may be shown in the log and on a page.
/// </summary>
internal sealed class UserInfoRefusedException(string message) : Exception(message);
