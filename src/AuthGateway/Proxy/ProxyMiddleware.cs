using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Limits;
using AuthGateway.Pipeline;
using AuthGateway.Proxy.Connections;
using AuthGateway.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// The only middleware inside the reverse proxy: obtains the access decision and prepares the
/// request that is forwarded. The gateway's own endpoints are answered before it; every route
/// passes through it. Completes synchronously for a live session.
/// </summary>
internal sealed class ProxyMiddleware(
    AccessPipeline pipeline,
    ForwardedRequest forwarded,
    ConnectionRegistry exchanges,
    StrangerForwards strangers,
    ProxyRefusals refusals)
{
    /// <summary>
    /// Returns the parsed request, which <see cref="RequestDispatcher"/> stores for the routes of a
    /// <c>ROUTES_FILE</c>.
    /// </summary>
    public static AccessRequest GetRequest(HttpContext context) =>
        context.Features.Get<AccessRequest>()
            ?? throw new InvalidOperationException(
                "No parsed request: RequestDispatcher did not run for this request.");

    /// <summary>Returns the decision, which this middleware stores for those routes.</summary>
    public static AccessDecision.Allow GetDecision(HttpContext context) =>
        context.Features.Get<AccessDecision.Allow>()
            ?? throw new InvalidOperationException("No access decision: ProxyMiddleware did not run for this request.");

    public async Task HandleAsync(HttpContext context, AccessRequest request, ForwardDelegate next) =>
        await HandOver(context, request, await pipeline.DecideAsync(request), next);

    private Task HandOver(HttpContext context, AccessRequest request, AccessDecision decision, ForwardDelegate next)
    {
        if (decision is not AccessDecision.Allow allow)
        {
            return refusals.WriteAsync(context, request, decision);
        }

        if (allow is not SessionAllow(var session, _, _))
        {
            // A trusted proxy's connection carries many users: one valid credential proves nothing
            // about the next request.
            return allow.Identity is null && (!request.Connection.HasShownIdentity || forwarded.IsShared(request))
                ? ForwardStrangerAsync(context, request, allow, next)
                : forwarded.TryClean(request, allow)
                ? ForwardAsync(context, request, allow, exchanges.BeginWithoutSession(context, request), next)
                : refusals.WriteLoopAsync(context, request);
        }

        if (!exchanges.TryBegin(context, request, session, out var exchange))
        {
            // The session ended after the decision.
            return refusals.WriteEndedAsync(context, request);
        }

        forwarded.TryClean(request, allow);
        return ForwardAsync(context, request, allow, exchange, next);
    }

    private async Task ForwardStrangerAsync(
        HttpContext context, AccessRequest request, AccessDecision.Allow allow, ForwardDelegate next)
    {
        if (strangers.TryEnter(context, request.Connection, isShared: forwarded.IsShared(request)) is not { } place)
        {
            await refusals.WriteAsync(
                context,
                request,
                new AccessDecision.Unavailable(
                    "Too many requests without a login are under way; try again in a moment."));
            return;
        }

        try
        {
            await (forwarded.TryClean(request, allow)
                ? ForwardAsync(context, request, allow, exchanges.BeginWithoutSession(context, request), next)
                : refusals.WriteLoopAsync(context, request));
        }
        finally
        {
            strangers.Leave(place);
        }
    }

    private async Task ForwardAsync(
        HttpContext context,
        AccessRequest request,
        AccessDecision.Allow allow,
        ProxiedConnection? exchange,
        ForwardDelegate next)
    {
        try
        {
            if (!forwarded.HasValidHost(request))
            {
                await PlainText.WriteAsync(context, StatusCodes.Status400BadRequest, "The Host header is not valid.\n");
                return;
            }

            var error = await next(context, request, allow);
            if (error != ForwarderError.None)
            {
                await (exchange is { IsEndedCall: true }
                    ? GrpcCallEnd.WriteAsync(context, exchange)
                    : refusals.WriteErrorAsync(context, request, error));
            }
        }
        finally
        {
            exchange?.Finish();
        }
    }
}
