using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>Judges a callback before anything is redeemed: state, browser, age, single use, issuer, error (invariant I10).</summary>
internal sealed class LoginGate(
    GatewayOptions options, SealedStates states, LoginCookies cookies, ConsumedAttempts consumed, BrowserSession browser, ProviderMetadata metadata, TimeProvider time)
{
    public async Task<GateVerdict> JudgeAsync(AccessRequest request, CallbackParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters.State is not { } text)
        {
            return Fail(LoginFailure.MissingState);
        }

        if (states.IsLogout(text))
        {
            return new GateVerdict.GoTo(options.Urls.AfterLogoutUrl, IsAfterLogout: true);
        }

        if (states.OpenLogin(text) is not { } state)
        {
            return Fail(LoginFailure.ForeignState);
        }

        if (time.GetUtcNow() - state.StartedAt > LoginCookies.Life)
        {
            return await HasSessionAsync(request, cancellationToken) ? GoBack(state) : Again(state, LoginFailure.ExpiredState, state.AttemptId);
        }

        if (cookies.ValueOf(request, state.AttemptId) is not { } cookie || LoginAttempt.Resume(state, cookie) is not { } attempt)
        {
            return await HasSessionAsync(request, cancellationToken) ? GoBack(state) : WithoutCookie(request, state);
        }

        return JudgeAnswer(parameters, state, attempt);
    }

    // A browser with a full set of login cookies may have lost this one to the cap: it begins again, once. Nothing of the callback is used.
    private GateVerdict WithoutCookie(AccessRequest request, LoginState state) =>
        cookies.IsFull(request) ? Again(state, LoginFailure.ForeignState, state.AttemptId) : Fail(LoginFailure.ForeignState);

    private GateVerdict JudgeAnswer(CallbackParameters parameters, LoginState state, LoginAttempt attempt)
    {
        if (!metadata.TryGet(out _))
        {
            return Fail(LoginFailure.ProviderUnavailable);
        }

        if (!consumed.TryTake(attempt.Id))
        {
            return Fail(LoginFailure.ReplayedState, attempt.Id);
        }

        if (parameters.Issuer is null ? metadata.AnnouncesIssuerParameter : parameters.Issuer != options.Provider.Issuer)
        {
            return Fail(LoginFailure.WrongIssuer, attempt.Id);
        }

        if (parameters.Error is { } error)
        {
            return JudgeError(error, parameters.ErrorDescription ?? "", state);
        }

        return parameters.Code is null ? Fail(LoginFailure.MissingCode, attempt.Id) : new GateVerdict.Redeem(attempt);
    }

    private static GateVerdict JudgeError(string error, string description, LoginState state)
    {
        var said = Said(error, description);
        if (error == "temporarily_unavailable" && description == "authentication_expired")
        {
            return Again(state, LoginFailure.ProviderError, state.AttemptId, said);
        }

        var failure = error switch
        {
            "access_denied" => LoginFailure.AccessDenied,
            "invalid_scope" => LoginFailure.InvalidScope,
            "invalid_request" when description.Contains("Pushed Authorization Request is only allowed", StringComparison.OrdinalIgnoreCase) => LoginFailure.ParRequired,
            _ => LoginFailure.ProviderError,
        };
        return new GateVerdict.Fail(new LoginFailedException(failure, said), state.AttemptId);
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

    private GateVerdict.GoTo GoBack(LoginState state) => new(state.ReturnPath == ReturnUrl.LoggedInPage ? options.Urls.Prefix : state.ReturnPath);

    // One automatic new login; the count travels in the sealed state.
    private static GateVerdict Again(LoginState state, LoginFailure otherwise, string attemptId, string? detail = null) => state.Retries == 0
        ? new GateVerdict.Restart(new LoginStart(state.ReturnPath, Retries: 1, state.Prompt), attemptId)
        : new GateVerdict.Fail(new LoginFailedException(otherwise, detail), attemptId);

    private static GateVerdict.Fail Fail(LoginFailure failure, string? attemptId = null) => new(new LoginFailedException(failure), attemptId);

    private static string Said(string error, string description)
    {
        var text = description.Length > 0 ? $"The provider said: {error}: {description}" : $"The provider said: {error}";
        return new([.. text.Take(300).Where(c => !char.IsControl(c))]);
    }
}

/// <summary>What is to be done with a callback.</summary>
internal abstract record GateVerdict
{
    private GateVerdict()
    {
    }

    internal sealed record GoTo(string Address, bool IsAfterLogout = false) : GateVerdict;

    internal sealed record Restart(LoginStart Start, string AttemptId) : GateVerdict;

    internal sealed record Redeem(LoginAttempt Attempt) : GateVerdict;

    internal sealed record Fail(LoginFailedException Failure, string? AttemptId) : GateVerdict;
}
