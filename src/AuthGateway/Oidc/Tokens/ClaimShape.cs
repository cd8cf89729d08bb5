namespace AuthGateway.Oidc.Tokens;

/// <summary>The JSON type of a claim.</summary>
internal enum ClaimShape { Absent, Text, Number, Boolean, List, Object }
