using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Limits;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;
using AuthGateway.Proxy.Connections;
using AuthGateway.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// The one middleware inside the reverse proxy: decides, then prepares the request that is forwarded. Own endpoints are never behind it, and no route
/// is without it. Synchronous for a live session.
/// </summary>
internal sealed class ProxyMiddleware(AccessPipeline pipeline, DecisionWriter writer, ForwardedRequest forwarded, ConnectionRegistry exchanges, UpstreamErrors trouble, LoopAnswer loop, StrangerForwards strangers, PublicOrigin scheme)
{
    /// <summary>Where the front door leaves the parsed request for the routes of a <c>ROUTES_FILE</c>.</summary>
    public static AccessRequest RequestOf(HttpContext context) => context.Features.Get<AccessRequest>() ?? throw new InvalidOperationException("The front door was passed by.");

    /// <summary>Where this middleware leaves the decision for them.</summary>
    public static AccessDecision.Allow DecisionOf(HttpContext context) => context.Features.Get<AccessDecision.Allow>() ?? throw new InvalidOperationException("Nobody decided.");

    public Task HandleAsync(HttpContext context, AccessRequest request, ForwardDelegate next)
    {
        var decision = pipeline.DecideAsync(request);
        return decision.IsCompletedSuccessfully
            ? HandOver(context, request, decision.Result, next)
            : HandOverLaterAsync(context, request, decision, next);
    }

    private async Task HandOverLaterAsync(HttpContext context, AccessRequest request, ValueTask<AccessDecision> decision, ForwardDelegate next) =>
        await HandOver(context, request, await decision, next);

    private Task HandOver(HttpContext context, AccessRequest request, AccessDecision decision, ForwardDelegate next)
    {
        if (decision is not AccessDecision.Allow allow)
        {
            // Our cookies never go upstream: what comes back here has no session, and would go to the provider for ever.
            return decision is AccessDecision.LoginRequired && forwarded.HasPassed(request)
                ? loop.WriteAsync(context, request)
                : writer.WriteAsync(context, request, decision);
        }

        if (allow is not SessionAllow(var session, _, _))
        {
            // A trusted proxy's connection carries many people: one who has logged in says nothing about the next request.
            return allow.Identity is null && (!request.Connection.HasShownIdentity || scheme.IsTrusted(request))
                ? ForwardStrangerAsync(context, request, allow, next)
                : forwarded.TryClean(request, allow) ? ForwardAsync(context, request, allow, exchanges.BeginWithoutSession(context, request), next) : loop.WriteAsync(context, request);
        }

        if (!exchanges.TryBegin(context, request, session, out var exchange))
        {
            // The session ended between the decision and here.
            return writer.WriteAsync(context, request, AccessDecision.LoginRequired.Instance);
        }

        forwarded.TryClean(request, allow);
        return ForwardAsync(context, request, allow, exchange, next);
    }

    private async Task ForwardStrangerAsync(HttpContext context, AccessRequest request, AccessDecision.Allow allow, ForwardDelegate next)
    {
        if (strangers.TryEnter(context, request.Connection, isShared: scheme.IsTrusted(request)) is not { } place)
        {
            await writer.WriteAsync(context, request, new AccessDecision.Unavailable("Too many requests without a login are under way; try again in a moment."));
            return;
        }

        try
        {
            await (forwarded.TryClean(request, allow) ? ForwardAsync(context, request, allow, exchanges.BeginWithoutSession(context, request), next) : loop.WriteAsync(context, request));
        }
        finally
        {
            strangers.Leave(place);
        }
    }

    private async Task ForwardAsync(HttpContext context, AccessRequest request, AccessDecision.Allow allow, ProxiedConnection? exchange, ForwardDelegate next)
    {
        try
        {
            var error = await next(context, request, allow);
            if (error != ForwarderError.None)
            {
                await (exchange is { IsEndedCall: true } ? GrpcCallEnd.WriteAsync(context, exchange) : trouble.AnswerAsync(context, request, error));
            }
        }
        finally
        {
            exchange?.Finish();
        }
    }
}
