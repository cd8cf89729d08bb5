using AuthGateway.Http;
using AuthGateway.Proxy.EarlyAnswers;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Transforms of every route of a <c>ROUTES_FILE</c>: raw path, the client's host unless the file
/// sets another, identity headers as the last step, filtered responses.
/// </summary>
internal sealed class ForwardTransforms(ForwardedRequest forwarded, UpstreamHeaders answers) : ITransformProvider
{
    private const string Prefix = "X-Forwarded-Prefix";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        // Validated by RouteRules.
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
        // Validated by RouteRules.
    }

    public void Apply(TransformBuilderContext context)
    {
        context.UseDefaultForwarders = false;
        KeepHost(context);
        KeepTarget(context);

        // After the route's own transforms, so that none of them overwrites the identity headers.
        context.AddRequestTransform(AddGatewayHeaders);
        context.AddResponseTransform(FilterAnswer);
        context.AddResponseTrailersTransform(FilterTrailers);
    }

    private static AccessRequest GetRequest(HttpContext context) => ProxyMiddleware.GetRequest(context);

    private ValueTask AddGatewayHeaders(RequestTransformContext context)
    {
        forwarded.AddGatewayHeaders(
            context.ProxyRequest,
            context.DestinationPrefix,
            GetRequest(context.HttpContext),
            ProxyMiddleware.GetDecision(context.HttpContext));
        return default;
    }

    // Order: a host that a transform set, the destination's host in the file, the client's host.
    private static void KeepHost(TransformBuilderContext context)
    {
        if (!Names(context).Contains("RequestHeaderOriginalHost", StringComparer.OrdinalIgnoreCase))
        {
            context.AddOriginalHost(true);
            context.AddRequestTransform(NameDestination);
        }
    }

    private static void KeepTarget(TransformBuilderContext context)
    {
        bool Has(string beginning) =>
            Names(context).Any(name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
        var (rewritesPath, rewritesQuery) = (Has("Path"), Has("Query"));
        if (!rewritesPath && !rewritesQuery)
        {
            context.AddRequestTransform(WriteRawTarget);
            return;
        }

        for (var i = 0; i < context.RequestTransforms.Count; i++)
        {
            context.RequestTransforms[i] = context.RequestTransforms[i] is PathRouteValuesTransform pattern
                ? new RawPathPattern(pattern)
                : context.RequestTransforms[i];
        }

        context.RequestTransforms.Insert(0, new RequestFuncTransform(MarkPath));
        var canStrip = StrippedPrefix.IsRemovedBy(context.Route);
        context.AddRequestTransform(
            transform => WriteRewrittenTarget(transform, rewritesPath, rewritesQuery, canStrip));
    }

    private static IEnumerable<string> Names(TransformBuilderContext context) =>
        context.Route.Transforms?.SelectMany(transform => transform.Keys) ?? [];

    private static ValueTask NameDestination(RequestTransformContext context)
    {
        if (GetHost(context.HttpContext) is { } host
            && (context.ProxyRequest.Headers.Host ?? "") == GetRequest(context.HttpContext).Host)
        {
            context.ProxyRequest.Headers.Host = host;
        }

        return default;
    }

    private static ValueTask WriteRawTarget(RequestTransformContext context)
    {
        context.ProxyRequest.RequestUri = UpstreamAddress.Build(
            GetRequest(context.HttpContext).Target.Raw, context.DestinationPrefix);
        return default;
    }

    private static ValueTask MarkPath(RequestTransformContext context)
    {
        context.Path = RawPath.Mark(context.HttpContext, GetRequest(context.HttpContext).Target);
        return default;
    }

    private static ValueTask WriteRewrittenTarget(
        RequestTransformContext context, bool rewritesPath, bool rewritesQuery, bool canStrip)
    {
        var target = GetRequest(context.HttpContext).Target;
        var path = rewritesPath ? RawPath.Write(context.Path.Value ?? "") : target.Path.ToString();
        path = path.StartsWith('/') ? path : "/" + path;
        var query = rewritesQuery ? context.Query.QueryString.ToUriComponent() : target.Query.ToString();
        if (!RequestTarget.TryParse(path + query, out var written))
        {
            // The forwarder sends no request when the response is already set.
            return new(PlainText.WriteBadTargetAsync(context.HttpContext));
        }

        if (written.IsAmbiguous && DotSegments.Has(written.Path))
        {
            return new(
                PlainText.WriteAsync(
                    context.HttpContext, StatusCodes.Status400BadRequest, ForwardedRequest.DotSegmentsText));
        }

        context.ProxyRequest.RequestUri = UpstreamAddress.Build(written.Raw, context.DestinationPrefix);
        if (canStrip && StrippedPrefix.Find(target.Path, path) is { } prefix)
        {
            context.HttpContext.Features.Set(prefix);
            var outer = GetRequest(context.HttpContext).Headers[Prefix].ToString();
            context.ProxyRequest.Headers.Remove(Prefix);
            context.ProxyRequest.Headers.TryAddWithoutValidation(Prefix, outer.TrimEnd('/') + prefix.Path);
        }

        return default;
    }

    private ValueTask FilterAnswer(ResponseTransformContext context)
    {
        var request = GetRequest(context.HttpContext);
        if (UpstreamHeaders.IsUnaskedUpgrade(context.ProxyResponse, context.HttpContext, request))
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status502BadGateway;
            context.SuppressResponseBody = true;
        }

        EarlyStatus.Note(context.HttpContext, request, context.ProxyResponse);
        if (context.ProxyResponse is { } answer && GetPlace(context.HttpContext) is { } place)
        {
            answers.Filter(
                context.HttpContext.Response.Headers,
                request,
                answer,
                place,
                context.HttpContext.Features.Get<StrippedPrefix>()?.Path ?? "");
        }

        return default;
    }

    private ValueTask FilterTrailers(ResponseTrailersTransformContext context)
    {
        answers.FilterTrailers(context.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers);
        return default;
    }

    private static DestinationModel? GetDestination(HttpContext context) =>
        context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.Model;

    private static string? GetHost(HttpContext context) =>
        GetDestination(context)?.Config.Host is { Length: > 0 } host ? host : null;

    private static UpstreamPlace? GetPlace(HttpContext context) => GetDestination(context) is { } destination
        ? new UpstreamPlace(new Uri(destination.Config.Address), GetHost(context))
        : null;
}
