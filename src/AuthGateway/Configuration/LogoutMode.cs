namespace AuthGateway.Configuration;

/// <summary>Whether a logout also ends the provider's session (<c>LOGOUT_MODE</c>).</summary>
internal enum LogoutMode { Local, Provider, Ask }
