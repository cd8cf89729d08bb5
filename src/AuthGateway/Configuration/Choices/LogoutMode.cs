namespace AuthGateway.Configuration.Choices;

/// <summary>Whether a logout also ends the provider's session (<c>LOGOUT_MODE</c>).</summary>
internal enum LogoutMode { Local, Provider, Ask }
