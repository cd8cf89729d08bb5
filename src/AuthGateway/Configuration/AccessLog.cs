namespace AuthGateway.Configuration;

/// <summary>Requests that are logged (<c>ACCESS_LOG</c>).</summary>
internal enum AccessLog { Off, Errors, All }
