using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login;

/// <summary>Judges a callback before anything is redeemed: state, browser, age, single use, issuer, error (invariant I10).</summary>
internal sealed class CallbackValidator(
    GatewayOptions options, LoginStateProtector states, LoginCookies cookies, ConsumedAttempts consumed, ReturnUrl returnUrl, BrowserSession browser, ProviderMetadata metadata,
    PublicOrigin scheme, TimeProvider time)
{
    private const string NoCookie = "No cookie arrived at all: does the proxy in front pass Cookie in and Set-Cookie out?";

    public async Task<CallbackResult> JudgeAsync(AccessRequest request, AuthorizationResponse parameters, CancellationToken cancellationToken)
    {
        var known = parameters.State is { } text ? states.OpenLogin(text) : null;
        if (known is null)
        {
            return WithoutState(parameters);
        }

        var state = known with { ReturnPath = returnUrl.FromState(cookies.LongPathOf(request, known) ?? known.ReturnPath) };
        var age = time.GetUtcNow() - state.StartedAt;
        var attempt = cookies.ValueOf(request, state.AttemptId) is { } cookie ? LoginAttempt.Resume(state, cookie) : null;
        if (parameters is { Code: null, Error: null } && (attempt is null || age > LoginCookies.Life || consumed.IsTaken(KeyOf(parameters.State!))))
        {
            // The state of a login that is over, or of another browser's, and nothing else: no answer to this browser's login.
            return AfterLogout();
        }

        if (age > LoginCookies.Life)
        {
            var late = new LoginFailedException(LoginFailure.ExpiredState) { Reason = $"The login was begun {(int)age.TotalSeconds} s ago; {(int)LoginCookies.Life.TotalSeconds} s are allowed." };
            return await HasSessionAsync(request, cancellationToken) ? GoBack(state) : Again(state, late);
        }

        if (attempt is null)
        {
            return await HasSessionAsync(request, cancellationToken) ? GoBack(state) : WithoutCookie(request, parameters, state);
        }

        return JudgeAnswer(parameters, state, attempt);
    }

    // A callback with neither code nor error is no login: the provider's logout came back, with its state or without.
    private CallbackResult WithoutState(AuthorizationResponse parameters)
    {
        if (parameters is { Code: null, Error: null } || (parameters.State is { } text && states.IsLogout(text)))
        {
            return AfterLogout();
        }

        return parameters.State is null
            ? new CallbackResult.Fail(new(LoginFailure.MissingState) { Reason = $"The callback has no state.{Said(parameters)}" }, null)
            : new CallbackResult.Fail(new(LoginFailure.ForeignState) { Reason = $"The state is not sealed by this gateway: another SESSION_SECRET, another replica's, or changed on the way.{Said(parameters)}" }, null);
    }

    // A browser with a full set of login cookies may have lost this one to the cap: it begins again, once. Nothing of the callback is used.
    private CallbackResult WithoutCookie(AccessRequest request, AuthorizationResponse parameters, LoginState state)
    {
        if (consumed.IsTaken(KeyOf(parameters.State!)))
        {
            return Fail(new(LoginFailure.ReplayedState) { Reason = "This callback was answered before; its login cookie is gone." }, state);
        }

        var plain = PlainHttp(request);
        var failure = request.Cookies.Count == 0
            ? new LoginFailedException(LoginFailure.ForeignState, plain is null ? NoCookie : $"{NoCookie} {plain}")
            : new LoginFailedException(LoginFailure.ForeignState, plain) { Reason = $"The state is good, but the cookie of this login did not come with it, came twice, or is another one's. {plain}".TrimEnd() };
        return cookies.IsFull(request) ? Again(state, failure) : Fail(failure, state);
    }

    /// <summary>A frequent cause that nobody can rule out: null when the scheme is known to be https.</summary>
    private string? PlainHttp(AccessRequest request) => options.Urls.PublicIsHttps == true && scheme.RequestedScheme(request) != "https"
        ? $"A login that begins on plain http ends like this too: its cookie is Secure, because PUBLIC_URL is https. Begin at {options.Urls.PublicOrigin}/. "
            + "Where a proxy ends TLS, let it send X-Forwarded-Proto, and name it in TRUSTED_PROXIES: then http is sent to https first."
        : null;

    private CallbackResult JudgeAnswer(AuthorizationResponse parameters, LoginState state, LoginAttempt attempt)
    {
        if (!metadata.TryGet(out _))
        {
            return Fail(new(LoginFailure.ProviderUnavailable) { Reason = $"The provider is not known yet. {metadata.LastProblem}" }, state, consumes: false);
        }

        if (!consumed.TryTake(KeyOf(parameters.State!)))
        {
            return Fail(new(LoginFailure.ReplayedState) { Reason = "This callback came before, with the same state." }, state);
        }

        if (parameters.Issuer is null ? metadata.AnnouncesIssuerParameter : parameters.Issuer != options.Provider.Issuer)
        {
            return Fail(new(LoginFailure.WrongIssuer, WrongIssuer(parameters.Issuer)), state);
        }

        if (parameters.Error is { } error)
        {
            return JudgeError(error, parameters.ErrorDescription ?? "", state);
        }

        return parameters.Code is null ? Fail(new(LoginFailure.MissingCode), state) : new CallbackResult.Redeem(attempt, KeyOf(parameters.State!));
    }

    private string WrongIssuer(string? seen) => seen is null
        ? $"The answer names no issuer (iss), although the provider announces one. Expected: \"{options.Provider.Issuer}\" (OIDC_PROVIDER, OIDC_ISSUER)."
        : $"The answer came from the issuer \"{LogText.Of(seen)}\". Expected: \"{options.Provider.Issuer}\" (OIDC_PROVIDER, OIDC_ISSUER).";

    private static CallbackResult JudgeError(string error, string description, LoginState state)
    {
        var said = Said(error, description);
        if (error == "temporarily_unavailable" && description == "authentication_expired")
        {
            return Again(state, new(LoginFailure.ProviderError, said));
        }

        var failure = error switch
        {
            "access_denied" => LoginFailure.AccessDenied,
            "invalid_scope" => LoginFailure.InvalidScope,
            "invalid_request" when description.Contains("Pushed Authorization Request is only allowed", StringComparison.OrdinalIgnoreCase) => LoginFailure.ParRequired,
            _ => LoginFailure.ProviderError,
        };
        return Fail(new(failure, said), state);
    }

    private async Task<bool> HasSessionAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await browser.FindAsync(request, cancellationToken) is not null;
        }
        catch (StoreUnavailableException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e);
        }
    }

    // Its seal's nonce and half of its tag: no two states have the same, and there may be many to remember.
    private static string KeyOf(string state) => state[..32];

    private CallbackResult.GoTo AfterLogout() => new(options.Urls.AfterLogoutUrl, IsAfterLogout: true);

    private CallbackResult.GoTo GoBack(LoginState state) => new(returnUrl.LocationOf(state.ReturnPath));

    // One automatic new login; the count travels in the sealed state.
    private static CallbackResult Again(LoginState state, LoginFailedException otherwise) => state.Retries == 0
        ? new CallbackResult.Restart(new LoginStart(state.ReturnPath, Retries: 1, state.Prompt), state.AttemptId)
        : Fail(otherwise, state);

    private static CallbackResult.Fail Fail(LoginFailedException failure, LoginState state, bool consumes = true)
    {
        failure.ReturnPath = state.ReturnPath;
        return new(failure, consumes ? state.AttemptId : null);
    }

    private static string Said(AuthorizationResponse parameters) => parameters.Error is { } error ? " " + Said(error, parameters.ErrorDescription ?? "") : "";

    private static string Said(string error, string description) =>
        LogText.Of(description.Length > 0 ? $"The provider said: {error}: {description}" : $"The provider said: {error}");
}

/// <summary>What is to be done with a callback.</summary>
internal abstract record CallbackResult
{
    private CallbackResult()
    {
    }

    internal sealed record GoTo(string Address, bool IsAfterLogout = false) : CallbackResult;

    internal sealed record Restart(LoginStart Start, string AttemptId) : CallbackResult;

    /// <param name="Attempt">The login that this browser began.</param>
    /// <param name="State">What names its state: it is redeemed once.</param>
    internal sealed record Redeem(LoginAttempt Attempt, string State) : CallbackResult;

    internal sealed record Fail(LoginFailedException Failure, string? AttemptId) : CallbackResult;
}
