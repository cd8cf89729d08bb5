using AuthGateway.Configuration;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Validates the provider's authorization response to the login that this browser began: each state
/// once, the issuer (RFC 9207), then the code or the error (OIDC Core §3.1.2.6).
/// </summary>
internal sealed class AuthorizationResponseValidator(
    ProviderOptions provider, ProviderMetadata metadata, ConsumedAttempts consumed)
{
    /// <summary>True when this process has answered a callback with this state.</summary>
    public bool WasAnswered(string state) => consumed.IsTaken(KeyOf(state));

    public CallbackResult Validate(AuthorizationResponse parameters, LoginState state, LoginAttempt attempt)
    {
        if (!metadata.TryGet(out _))
        {
            return CallbackResult.Fail.Of(
                new(LoginFailure.ProviderUnavailable)
                {
                    Reason = $"The provider is not known yet. {metadata.LastProblem}",
                },
                state,
                consumes: false);
        }

        if (!consumed.TryTake(KeyOf(parameters.State!)))
        {
            return CallbackResult.Fail.Of(
                new(LoginFailure.ReplayedState) { Reason = "This callback came before, with the same state." },
                state);
        }

        if (parameters.Issuer is null ? metadata.AnnouncesIssuerParameter : parameters.Issuer != provider.Issuer)
        {
            return CallbackResult.Fail.Of(new(LoginFailure.WrongIssuer, WrongIssuer(parameters.Issuer)), state);
        }

        if (parameters.Error is { } error)
        {
            return OfError(error, parameters.ErrorDescription ?? "", state);
        }

        return parameters.Code is null
            ? CallbackResult.Fail.Of(new(LoginFailure.MissingCode), state)
            : new CallbackResult.Redeem(attempt, KeyOf(parameters.State!));
    }

    private string WrongIssuer(string? seen) => seen is null
        ? $"The answer names no issuer (iss), although the provider announces one. Expected: \"{provider.Issuer}\" (OIDC_PROVIDER, OIDC_ISSUER)."
        : $"The answer came from the issuer \"{LogText.Of(seen)}\". "
            + $"Expected: \"{provider.Issuer}\" (OIDC_PROVIDER, OIDC_ISSUER).";

    private static CallbackResult OfError(string error, string description, LoginState state)
    {
        var said = CallbackText.Of(error, description);
        if (error == "temporarily_unavailable" && description == "authentication_expired")
        {
            return CallbackResult.Again(state, new(LoginFailure.ProviderError, said));
        }

        var failure = error switch
        {
            "access_denied" => LoginFailure.AccessDenied,
            "invalid_scope" => LoginFailure.InvalidScope,
            "invalid_request" when description.Contains(
                "Pushed Authorization Request is only allowed", StringComparison.OrdinalIgnoreCase) =>
                LoginFailure.ParRequired,
            _ => LoginFailure.ProviderError,
        };
        return CallbackResult.Fail.Of(new(failure, said), state);
    }

    // The nonce of its seal and half of the tag. They are unique for each state and short: many
    // states may have to be remembered.
    private static string KeyOf(string state) => state[..32];
}
