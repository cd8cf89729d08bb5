using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// The decision service for Envoy's HTTP ext_authz: one handler for any method and path, which
/// reads the raw target. 200 allows. Every other answer goes to the client, so no page of the
/// gateway is 200 or 5xx here. A browser that connected directly gets a page with its 200
/// (<see cref="DirectVisit"/>).
/// </summary>
internal sealed partial class ExtAuthzEndpoint(
    GatewayOptions options,
    AccessPipeline pipeline,
    DecisionWriter writer,
    GatewayEndpoints own,
    AllowHeaders allowHeaders,
    DirectVisit direct,
    ILogger<ExtAuthzEndpoint> logger)
{
    private readonly string _site = options.Urls.Prefix + "site";

    public Task HandleAsync(Exchange exchange)
    {
        if (!AccessRequest.TryRead(exchange.Features, EntryPoint.ExtAuthz, exchange.Connection, out var request))
        {
            return PlainText.WriteBadTargetAsync(exchange.Context);
        }

        if (request.IsHttp10 && Framing.Fault(request) is { } fault)
        {
            return PlainText.WriteBadFramingAsync(exchange.Context, fault);
        }

        if (!allowHeaders.CanCarry(request.Cookies))
        {
            return PlainText.WriteAsync(exchange.Context, 400, "A cookie holds a control character.\n");
        }

        // A check asks about a request, never about a tunnel. Kestrel allows no body in a 2xx
        // response to CONNECT.
        if (request.Method is "CONNECT")
        {
            return PlainText.WriteBadMethodAsync(exchange.Context);
        }

        var target = request.Target;
        if (own.Owns(target))
        {
            // The mesh routes the pages below site/ to the web port.
            return target.IsAtOrBelow(_site) && target.Path.Length > _site.Length
                ? AllowPublicAsync(exchange.Context, request)
                : own.HandleAsync(exchange.Context, request);
        }

        var decision = pipeline.DecideAsync(request);
        return decision.IsCompletedSuccessfully
            ? HandOver(exchange, request, decision.Result)
            : HandOverLaterAsync(exchange, request, decision);
    }

    private async Task HandOverLaterAsync(
        Exchange exchange, AccessRequest request, ValueTask<AccessDecision> decision) =>
        await HandOver(exchange, request, await decision);

    private Task HandOver(Exchange exchange, AccessRequest request, AccessDecision decision)
    {
        if (decision is not AccessDecision.Allow allow)
        {
            return writer.WriteAsync(exchange.Context, request, decision);
        }

        if (allow.Identity is not { } identity)
        {
            return AllowPublicAsync(exchange.Context, request);
        }

        if (allowHeaders.AreTooLong(identity, allow))
        {
            return RefuseLongAsync(exchange, request, identity);
        }

        // Looked up by type: the context's own lookup is slower.
        var headers = ((IHttpResponseFeature)exchange.Features[typeof(IHttpResponseFeature)]!).Headers;
        allowHeaders.Set(headers, request, identity, allow);
        if (DirectVisit.Is(request))
        {
            return direct.AnswerAsync(exchange.Context, request);
        }

        headers.ContentLength = 0;
        return Task.CompletedTask;
    }

    private Task RefuseLongAsync(Exchange exchange, AccessRequest request, Identity identity)
    {
        LongHeaders(logger, HeaderText.Shown(identity.UserId), identity.Groups.Count, identity.WireLength);
        return writer.WriteAsync(exchange.Context, request, new AccessDecision.Forbidden(
            identity,
            $"The identity headers of this user ({identity.Groups.Count} groups, {identity.WireLength / 1024} KiB) are too long for Envoy, which takes 60 KiB. "
            + "The operator can choose which groups are sent (GROUPS_HEADER_FILTER), or send none (GROUPS_HEADER=none)."));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{UserId} is refused: {Groups} groups make {Bytes} bytes of identity headers, and Envoy takes 60 KiB. Choose which groups are sent with GROUPS_HEADER_FILTER, or none with GROUPS_HEADER=none.")]
    private static partial void LongHeaders(ILogger logger, string userId, int groups, int bytes);

    private Task AllowPublicAsync(HttpContext context, AccessRequest request)
    {
        allowHeaders.SetPublic(context.Response.Headers, request);
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = 2;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync("OK"u8.ToArray()).AsTask();
    }
}
