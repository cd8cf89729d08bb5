using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline.Refusals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// Writes the 200 of an allowed check. A user whose identity headers are too long for Envoy is
/// refused instead. A browser that connected directly gets a page (<see cref="DirectVisit"/>).
/// </summary>
internal sealed partial class AllowWriter(
    AllowHeaders allowHeaders, DirectVisit direct, DecisionWriter writer, ILogger<ExtAuthzEndpoint> logger)
{
    /// <inheritdoc cref="AllowHeaders.CanCarry"/>
    public bool CanCarry(StringValues cookieLines) => allowHeaders.CanCarry(cookieLines);

    public Task WriteAsync(Exchange exchange, AccessRequest request, AccessDecision.Allow allow)
    {
        if (allow.Identity is not { } identity)
        {
            return WritePublicAsync(exchange.Context, request);
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

    /// <summary>Allows a public path.</summary>
    public Task WritePublicAsync(HttpContext context, AccessRequest request)
    {
        allowHeaders.SetPublic(context.Response.Headers, request);
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = 2;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync("OK"u8.ToArray()).AsTask();
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
}
