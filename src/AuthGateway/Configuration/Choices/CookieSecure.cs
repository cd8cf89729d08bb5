namespace AuthGateway.Configuration.Choices;

/// <summary>Secure attribute of the session cookie (<c>SESSION_COOKIE_SECURE</c>).</summary>
internal enum CookieSecure { Auto, Always, Never }
