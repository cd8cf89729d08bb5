using AuthGateway.Http;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// <c>/ping</c> and <c>/ready</c> on the main listener, where probes that were written for
/// oauth2-proxy look (<c>OAUTH2_ADDRESSES</c>). On the ext_authz listener success is 203 for a check
/// of Envoy, which lets no request pass by it, as it would by 200.
/// </summary>
internal sealed class MainProbes(Readiness readiness, ProgramAnswer answer)
{
    public Task PingAsync(HttpContext context, AccessRequest request) => AnswerAsync(context, request, true);

    public Task ReadyAsync(HttpContext context, AccessRequest request) =>
        AnswerAsync(context, request, readiness.IsReady);

    private Task AnswerAsync(HttpContext context, AccessRequest request, bool isGood)
    {
        if (!request.IsGetOrHead)
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        if (isGood)
        {
            answer.SetGood(context.Response, request);
        }

        return isGood
            ? PlainText.WriteAsync(context, context.Response.StatusCode, "OK\n")
            : PlainText.WriteAsync(context, 503, "not ready\n");
    }
}
