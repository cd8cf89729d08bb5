using AuthGateway.Http;
using AuthGateway.Pages;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// <c>/ping</c> and <c>/ready</c> on the main listener, where probes that were written for
/// oauth2-proxy look (<c>OAUTH2_ADDRESSES</c>). On the ext_authz listener success is 203: a probe
/// takes it, and Envoy lets no request pass by it, as it would by 200.
/// </summary>
internal sealed class MainProbes(Readiness readiness)
{
    public Task PingAsync(HttpContext context, AccessRequest request) => AnswerAsync(context, request, true);

    public Task ReadyAsync(HttpContext context, AccessRequest request) =>
        AnswerAsync(context, request, readiness.IsReady);

    private static Task AnswerAsync(HttpContext context, AccessRequest request, bool isGood)
    {
        if (!request.IsGetOrHead)
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        return isGood
            ? PlainText.WriteAsync(context, PageSender.StatusFor(request.EntryPoint, 200), "OK\n")
            : PlainText.WriteAsync(context, 503, "not ready\n");
    }
}
