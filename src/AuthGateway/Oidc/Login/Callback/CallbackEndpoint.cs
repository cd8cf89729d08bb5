using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Login.Completion;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// Handles the authorization response (OIDC Core §3.1.2.5). The browser, the state and the issuer
/// are validated, and the state is consumed once for all replicas, before the code is redeemed. The
/// handler then redeems the code and validates the tokens.
/// </summary>
internal sealed class CallbackEndpoint(
    CallbackValidator validator,
    LoginStarter starter,
    LoginCookies cookies,
    CallbackOnce once,
    CodeRedemption redemption,
    SignIn signIn,
    SessionTraces traces)
{
    /// <exception cref="LoginFailedException">The login failed.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var budget = redemption.Begin(request);
        var parameters = AuthorizationResponse.Read(request.Target.Query.ToString());
        switch (await validator.ValidateAsync(request, parameters, context.RequestAborted))
        {
            case CallbackResult.GoTo(var address, var isAfterLogout):
                if (isAfterLogout)
                {
                    // A page that logged out in one step is cached after the header of that answer
                    // was read.
                    traces.ClearCache(context.Response.Headers);
                }

                context.Response.Redirect(address);
                return;
            case CallbackResult.Restart(var start, var attemptId):
                cookies.Consume(request, context.Response.Headers, attemptId);
                await starter.StartAsync(context, request, start);
                return;
            case CallbackResult.Redeem(var attempt, var state):
                await RedeemAsync(context, request, attempt, state, budget);
                return;
            case CallbackResult.Fail(var failure, var attemptId):
                if (attemptId is not null)
                {
                    cookies.Consume(request, context.Response.Headers, attemptId);
                }

                throw failure;
        }
    }

    private async Task RedeemAsync(
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
