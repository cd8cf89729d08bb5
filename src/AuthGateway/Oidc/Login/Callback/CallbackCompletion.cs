using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Login.Completion;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Completes the login of a valid callback: takes its state, once for all replicas, redeems the
/// code, and signs the user in.
/// </summary>
internal sealed class CallbackCompletion(
    LoginCookies cookies, CallbackOnce once, CodeRedemption redemption, SignIn signIn)
{
    /// <inheritdoc cref="CodeRedemption.Begin"/>
    public CallbackBudget Begin(AccessRequest request) => redemption.Begin(request);

    /// <exception cref="LoginFailedException">The login failed.</exception>
    public async Task CompleteAsync(
        HttpContext context, AccessRequest request, LoginAttempt attempt, string state, CallbackBudget budget)
    {
        try
        {
            var isFirst = await once.TakeAsync(state, budget.Rest ?? Timeout.InfiniteTimeSpan);
            cookies.Consume(request, context.Response.Headers, attempt.Id);
            if (!isFirst)
            {
                throw new LoginFailedException(LoginFailure.ReplayedState)
                {
                    Reason = "Another replica, or this one before a restart, has answered this callback.",
                };
            }

            context.Items[LoginHandler.AttemptKey] = attempt;
            var result = await redemption.RedeemAsync(context, budget);
            await signIn.CompleteAsync(context, request, attempt, result, budget.Rest);
        }
        catch (LoginFailedException e)
        {
            e.ReturnPath ??= attempt.ReturnPath;
            throw;
        }
    }
}
