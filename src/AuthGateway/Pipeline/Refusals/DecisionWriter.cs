using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Pipeline.Refusals;

/// <summary>
/// Writes every decision that is not an allow, the same way at every entry point. When a login is
/// needed, a top-level visit is redirected to the provider, and any other request gets 401. The
/// other decisions are 403, 400, 429 and 503.
/// </summary>
internal sealed class DecisionWriter(
    LoginDemand login,
    ForbiddenWriter forbidden,
    UnavailableWriter unavailable,
    BadRequestWriter badRequest,
    RequestLog log)
{
    /// <exception cref="InvalidOperationException">The decision is an allow.</exception>
    public async Task WriteAsync(HttpContext context, AccessRequest request, AccessDecision decision)
    {
        await AnswerAsync(context, request, decision);
        log.Refused(request, context.Response.StatusCode);
    }

    private Task AnswerAsync(HttpContext context, AccessRequest request, AccessDecision decision) => decision switch
    {
        AccessDecision.LoginRequired => login.WriteAsync(context, request),
        AccessDecision.Unauthorized(var error, var description) =>
            Unauthorized.WriteTokenErrorAsync(context, error, description),
        AccessDecision.Forbidden refusal => forbidden.WriteAsync(context, request, refusal),
        AccessDecision.BadRequest(var reason) => badRequest.WriteAsync(context, request, reason),
        AccessDecision.Unavailable { IsBusy: true, Reason: var reason } =>
            UnavailableWriter.WriteBusyAsync(context, reason),
        AccessDecision.Unavailable(var reason) => unavailable.WriteAsync(context, request, reason),
        _ => throw new InvalidOperationException("An allowing decision is handed over by its entry point."),
    };
}
