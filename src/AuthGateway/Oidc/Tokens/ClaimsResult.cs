using AuthGateway.Access;

namespace AuthGateway.Oidc.Tokens;

/// <summary>What <see cref="ClaimsMapper"/> makes of claims: an identity, or the reason why there is none.</summary>
internal abstract record ClaimsResult
{
    private ClaimsResult()
    {
    }

    /// <summary>The claims identify a user.</summary>
    internal sealed record Mapped(Identity Identity) : ClaimsResult;

    /// <summary>The claims identify no user that may be let in.</summary>
    /// <param name="Problem">The kind of problem.</param>
    /// <param name="Sentence">What is wrong, with the claim and the setting; null where the kind says all.</param>
    internal sealed record Unusable(ClaimsProblem Problem, string? Sentence = null) : ClaimsResult;
}
