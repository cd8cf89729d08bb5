namespace AuthGateway.Configuration;

/// <summary>
/// Endpoints from settings. Each overrides discovery; a complete set replaces it.
/// </summary>
internal sealed record ProviderEndpoints
{
    /// <summary>May be relative (<c>/dex/auth</c>), as stock Kubeflow has it.</summary>
    public string? Authorization { get; init; }
    public string? Token { get; init; }
    public string? UserInfo { get; init; }
    public string? Jwks { get; init; }
    public string? EndSession { get; init; }
    public string? Revocation { get; init; }

    /// <summary>
    /// True when the provider can be used without discovery: issuer, authorization, token, userinfo
    /// and key set are given.
    /// </summary>
    /// <param name="withoutUserInfo">True when userinfo is never called.</param>
    public bool IsComplete(bool withoutUserInfo) =>
        Authorization is not null && Token is not null && (UserInfo is not null || withoutUserInfo) && Jwks is not null;
}
