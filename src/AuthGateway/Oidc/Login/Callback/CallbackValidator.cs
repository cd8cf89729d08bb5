using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Validates a callback before the code is redeemed: state, browser, age, single use, issuer,
/// error.
/// </summary>
internal sealed class CallbackValidator(
    UrlOptions urls,
    LoginStates states,
    AuthorizationResponseValidator response,
    BrowserSession browser,
    PlainHttpAdvice advice)
{
    private const string NoCookie =
        "No cookie arrived at all: does the proxy in front pass Cookie in and Set-Cookie out?";

    public async Task<CallbackResult> ValidateAsync(
        AccessRequest request, AuthorizationResponse parameters, CancellationToken cancellationToken)
    {
        if (states.Open(request, parameters.State) is not { } state)
        {
            return WithoutState(parameters);
        }

        var age = states.AgeOf(state);
        var attempt = states.FindAttempt(request, state);
        if (parameters is { Code: null, Error: null }
            && (attempt is null || age > LoginCookies.Life || response.WasAnswered(parameters.State!)))
        {
            // Only a state, of a finished login or of another browser: no response to this
            // browser's login.
            return AfterLogout();
        }

        if (age > LoginCookies.Life)
        {
            var late = new LoginFailedException(LoginFailure.ExpiredState)
            {
                Reason = $"The login was begun {(int)age.TotalSeconds} s ago; {(int)LoginCookies.Life.TotalSeconds} s are allowed.",
            };
            return await HasSessionAsync(request, cancellationToken)
                ? GoBack(state)
                : CallbackResult.Again(state, late);
        }

        if (attempt is null)
        {
            return await HasSessionAsync(request, cancellationToken)
                ? GoBack(state)
                : WithoutCookie(request, parameters, state);
        }

        return response.Validate(parameters, state, attempt);
    }

    // A callback with neither code nor error is not a login: the provider's logout returned, with
    // its state or without.
    private CallbackResult WithoutState(AuthorizationResponse parameters)
    {
        if (parameters is { Code: null, Error: null } || (parameters.State is { } text && states.IsLogout(text)))
        {
            return AfterLogout();
        }

        return parameters.State is null
            ? new CallbackResult.Fail(
                new(LoginFailure.MissingState)
                {
                    Reason = $"The callback has no state.{CallbackText.Of(parameters)}",
                },
                null)
            : new CallbackResult.Fail(
                new(LoginFailure.ForeignState)
                {
                    Reason = $"The state is not sealed by this gateway: another SESSION_SECRET, another replica's, or changed on the way.{CallbackText.Of(parameters)}",
                },
                null);
    }

    // A browser with the maximum number of login cookies may have lost this one. It begins again,
    // once. Nothing of the callback is used.
    private CallbackResult WithoutCookie(AccessRequest request, AuthorizationResponse parameters, LoginState state)
    {
        if (response.WasAnswered(parameters.State!))
        {
            return CallbackResult.Fail.Of(
                new(LoginFailure.ReplayedState)
                {
                    Reason = "This callback was answered before; its login cookie is gone.",
                },
                state);
        }

        var plain = advice.For(request);
        var failure = request.Cookies.Count == 0
            ? new LoginFailedException(LoginFailure.ForeignState, plain is null ? NoCookie : $"{NoCookie} {plain}")
            : new LoginFailedException(LoginFailure.ForeignState, plain)
            {
                Reason = $"The state is good, but the cookie of this login did not come with it, came twice, or is another one's. {plain}".TrimEnd(),
            };
        return states.IsFull(request) ? CallbackResult.Again(state, failure) : CallbackResult.Fail.Of(failure, state);
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

    private CallbackResult.GoTo AfterLogout() => new(urls.AfterLogoutUrl, IsAfterLogout: true);

    private CallbackResult.GoTo GoBack(LoginState state) => new(states.LocationOf(state));
}
