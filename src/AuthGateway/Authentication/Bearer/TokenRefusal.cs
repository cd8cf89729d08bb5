namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// The refusals of recognized tokens: fixed sentences for the client (RFC 6750 §3.1) that contain
/// nothing of the token.
/// </summary>
internal static class TokenRefusal
{
    public static AuthenticationResult.Rejected Expired { get; } = Invalid("The token is expired.");

    public static AuthenticationResult.Rejected Endless { get; } = Invalid("The token has no end (exp).");

    public static AuthenticationResult.Rejected WrongAudience { get; } = Invalid(
        "The token is for another audience. Accepted are those of AUDIENCES, and for tokens of the provider "
        + "CLIENT_ID.");

    public static AuthenticationResult.Rejected NoAudience { get; } = Invalid(
        "The token names no audience (aud), as a lightweight access token of Keycloak. Map the audience and the user "
        + "id claim into it, or set ACCESS_TOKEN_AUTHN=opaque.");

    public static AuthenticationResult.Rejected WrongKind { get; } = Invalid(
        "The token is of a kind that is not accepted here.");

    public static AuthenticationResult.Rejected OfBrowserLogin { get; } = Invalid(
        "The token belongs to a login in a browser and is no credential of its own.");

    public static AuthenticationResult.Rejected Unknown { get; } = Invalid(
        "The token is not known to its issuer, or no longer.");

    /// <summary>The token was not checked because a limit was reached.</summary>
    public static AuthenticationResult.Unavailable Busy { get; } = new(
        "The token was not checked: too many unknown tokens at the moment. Try again in a few seconds.")
    {
        IsBusy = true,
    };

    public static AuthenticationResult.Rejected Unsigned { get; } = Invalid(
        "Issuer, audience, algorithm, signature or times of the token are not what they must be; the gateway's log "
        + "says which.");

    public static AuthenticationResult.Rejected Nameless(string claim) =>
        Invalid($"The token has no usable claim {claim} (USERID_CLAIM).");

    public static AuthenticationResult.Rejected Invalid(string description) => new("invalid_token", description);
}
