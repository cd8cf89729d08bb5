namespace AuthGateway.Oidc.Tokens;

/// <summary>What a token of the provider is compared with.</summary>
internal sealed record TokenRules
{
    /// <summary>What it is called in a sentence: ID token, logout token, access token, userinfo answer.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<string> Issuers { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The setting that <see cref="Audiences"/> come from.</summary>
    public required string AudienceSetting { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>How far the clocks may differ (<c>OIDC_CLOCK_TOLERANCE</c>).</summary>
    public required TimeSpan Tolerance { get; init; }

    /// <summary>A signed userinfo answer: <c>iss</c>, <c>aud</c> and <c>exp</c> may be missing (OIDC Core §5.3.2), but not be another's. Default false.</summary>
    public bool IsUserInfo { get; init; }

    /// <summary>True where the audience was judged before, by a rule that also knows tokens without one. Default false.</summary>
    public bool IsAudienceJudged { get; init; }

    public required DateTimeOffset Now { get; init; }
}
