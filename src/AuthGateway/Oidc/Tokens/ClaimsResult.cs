using AuthGateway.Access;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// The result of <see cref="ClaimsMapper"/>: an identity, or the reason why there is none.
/// </summary>
internal abstract record ClaimsResult
{
    private ClaimsResult()
    {
    }

    /// <summary>The claims identify a user.</summary>
    internal sealed record Mapped(Identity Identity) : ClaimsResult;

    /// <summary>The claims identify no user who may log in.</summary>
    /// <param name="Problem">The kind of problem.</param>
    /// <param name="Sentence">
    /// The error with the claim and the setting; null when the kind is sufficient.
    /// </param>
    internal sealed record Unusable(ClaimsProblem Problem, string? Sentence = null) : ClaimsResult;
}
