namespace AuthGateway.Oidc.Refresh;

/// <summary>The provider's current answer about a session.</summary>
internal enum SessionCheckResult { Confirmed, Ended, Unknown }
