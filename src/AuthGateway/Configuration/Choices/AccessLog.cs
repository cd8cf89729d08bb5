namespace AuthGateway.Configuration.Choices;

/// <summary>Requests that are logged (<c>ACCESS_LOG</c>).</summary>
internal enum AccessLog { Off, Errors, All }
