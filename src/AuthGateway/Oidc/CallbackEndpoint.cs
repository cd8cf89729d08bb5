using AuthGateway.Model;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc;

/// <summary>
/// Takes the browser back (OIDC Core §3.1.2.5). Everything about the browser, the state and the issuer is proven before the code is redeemed;
/// the handler then redeems and validates.
/// </summary>
internal sealed class CallbackEndpoint(
    LoginGate gate, LoginFlow flow, LoginCookies cookies, LoginCompletion completion, SessionTraces traces, IOptionsMonitor<OpenIdConnectOptions> options)
{
    /// <exception cref="LoginFailedException">The login ends in a page.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var parameters = CallbackParameters.Read(request.Target.Query.ToString());
        switch (await gate.JudgeAsync(request, parameters, context.RequestAborted))
        {
            case GateVerdict.GoTo(var address, var isAfterLogout):
                if (isAfterLogout)
                {
                    // The page that logged out in one step was kept after the header of that answer was read.
                    traces.ClearCache(context.Response.Headers);
                }

                context.Response.Redirect(address);
                return;
            case GateVerdict.Restart(var start, var attemptId):
                Consume(context, request, attemptId);
                await flow.StartAsync(context, request, start);
                return;
            case GateVerdict.Redeem(var attempt):
                cookies.Consume(request, context.Response.Headers, attempt.Id);
                await RedeemAsync(context, request, attempt);
                return;
            case GateVerdict.Fail(var failure, var attemptId):
                Consume(context, request, attemptId);
                throw failure;
        }
    }

    private void Consume(HttpContext context, AccessRequest request, string? attemptId)
    {
        if (attemptId is not null)
        {
            cookies.Consume(request, context.Response.Headers, attemptId);
        }
    }

    private async Task RedeemAsync(HttpContext context, AccessRequest request, LoginAttempt attempt)
    {
        context.Items[LoginHandler.AttemptKey] = attempt;
        var handler = await LoginHandler.ForAsync(context, options);
        await handler.HandleRequestAsync();
        if (context.Items[LoginEvents.ResultKey] is not LoginResult result)
        {
            throw new LoginFailedException(LoginFailure.TokenRequestFailed);
        }

        if (result.Failure is { } failure)
        {
            throw failure;
        }

        if (!result.IsComplete)
        {
            throw new LoginFailedException(LoginFailure.TokenRequestFailed);
        }

        await completion.CompleteAsync(context, request, attempt, result);
    }
}
