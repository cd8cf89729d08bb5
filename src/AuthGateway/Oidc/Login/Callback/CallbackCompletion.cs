using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Login.Completion;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Completes the login of a valid callback: takes its state, once for all replicas, redeems the
/// code, and signs the user in.
/// </summary>
internal sealed class CallbackCompletion(
    LoginCookies cookies, CallbackOnce once, CodeRedemption redemption, SignIn signIn, ProviderHttpClient provider)
{
    /// <inheritdoc cref="CodeRedemption.Begin"/>
    public CallbackBudget Begin(AccessRequest request) => redemption.Begin(request);

    /// <exception cref="LoginFailedException">The login failed.</exception>
    public async Task CompleteAsync(
        HttpContext context, AccessRequest request, LoginAttempt attempt, string state, CallbackBudget budget)
    {
        try
        {
            var result = await RedeemAsync(context, request, attempt, state, budget);
            await signIn.CompleteAsync(context, request, attempt, result, budget.Rest);
        }
        catch (LoginFailedException e)
        {
            e.ReturnPath ??= attempt.ReturnPath;
            throw;
        }
    }

    private async Task<LoginResult> RedeemAsync(
        HttpContext context, AccessRequest request, LoginAttempt attempt, string state, CallbackBudget budget)
    {
        if (provider.Visitors.FindRefusal() is { } busy)
        {
            // Before the store is asked: a flood of callbacks costs no writes.
            once.Release(state);
            throw FailureReader.Read(busy);
        }

        if (await once.TakeAsync(state, budget.Rest ?? Timeout.InfiniteTimeSpan) is not { } taker)
        {
            cookies.Consume(request, context.Response.Headers, attempt.Id);
            throw new LoginFailedException(LoginFailure.ReplayedState)
            {
                Reason = "Another replica, or this one before a restart, has answered this callback.",
            };
        }

        context.Items[LoginHandler.AttemptKey] = attempt;
        try
        {
            var result = await redemption.RedeemAsync(context, budget);
            cookies.Consume(request, context.Response.Headers, attempt.Id);
            return result;
        }
        catch (LoginFailedException e) when (e.IsCodeUnsent)
        {
            await once.EndAsync(state, taker);
            once.Release(state);
            throw;
        }
        catch (LoginFailedException e)
        {
            cookies.Consume(request, context.Response.Headers, attempt.Id);
            if (e.Failure == LoginFailure.CodeRejected)
            {
                await once.EndAsync(state, taker);
            }

            throw;
        }
    }
}
