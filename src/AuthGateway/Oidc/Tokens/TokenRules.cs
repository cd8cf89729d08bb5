namespace AuthGateway.Oidc.Tokens;

/// <summary>The values that a token of the provider is compared with.</summary>
internal sealed record TokenRules
{
    /// <summary>
    /// The token kind in messages: ID token, logout token, access token, userinfo answer.
    /// </summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<string> Issuers { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The setting that defines <see cref="Audiences"/>.</summary>
    public required string AudienceSetting { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>The permitted clock difference (<c>OIDC_CLOCK_TOLERANCE</c>).</summary>
    public required TimeSpan Tolerance { get; init; }

    /// <summary>
    /// True for a signed userinfo response: <c>iss</c>, <c>aud</c> and <c>exp</c> may be absent
    /// (OIDC Core §5.3.2), but are checked when present. Default false.
    /// </summary>
    public bool IsUserInfo { get; init; }

    /// <summary>
    /// True when the audience has already been checked by a rule that also handles tokens without
    /// one. Default false.
    /// </summary>
    public bool IsAudienceChecked { get; init; }

    public required DateTimeOffset Now { get; init; }
}
