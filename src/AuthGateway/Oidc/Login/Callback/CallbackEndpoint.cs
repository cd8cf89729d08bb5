using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions;

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
    CallbackCompletion completion,
    SessionTraces traces)
{
    /// <exception cref="LoginFailedException">The login failed.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var budget = completion.Begin(request);
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
                await completion.CompleteAsync(context, request, attempt, state, budget);
                return;
            case CallbackResult.Fail(var failure, var attemptId):
                if (attemptId is not null)
                {
                    cookies.Consume(request, context.Response.Headers, attemptId);
                }

                throw failure;
        }
    }
}
