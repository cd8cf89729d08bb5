namespace AuthGateway.Configuration.Choices;

/// <summary>When authorization requests are pushed (<c>OIDC_PAR</c>, RFC 9126).</summary>
internal enum PushedAuthorization { Required, Always, Never }
