using AuthGateway.Model;

namespace AuthGateway.Oidc;

/// <summary>What a refresh says about the person.</summary>
internal abstract record ClaimsVerdict
{
    private ClaimsVerdict()
    {
    }

    /// <summary>The same person, with the claims of now.</summary>
    internal sealed record Accepted(Identity Identity) : ClaimsVerdict;

    /// <summary>The claims could not be read: those of before stay.</summary>
    internal sealed record Unread(string Reason) : ClaimsVerdict;

    /// <summary>Somebody else, or nobody that a login would accept: the session ends.</summary>
    internal sealed record Refused(string Reason) : ClaimsVerdict;
}
