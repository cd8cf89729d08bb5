using AuthGateway.Http;
using AuthGateway.Proxy.EarlyAnswers;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy.Routes;

/// <summary>What every route of a <c>ROUTES_FILE</c> does: raw path, the client's host unless the file says otherwise, identity as the last step, filtered answers.</summary>
internal sealed class ForwardTransforms(ForwardedRequest forwarded, UpstreamHeaders answers) : ITransformProvider
{
    private const string Prefix = "X-Forwarded-Prefix";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        // RouteRules does.
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
        // RouteRules does.
    }

    public void Apply(TransformBuilderContext context)
    {
        context.UseDefaultForwarders = false;
        KeepHost(context);
        KeepTarget(context);

        // Behind the route's own transforms: none of them writes an identity over ours.
        context.AddRequestTransform(AddOurs);
        context.AddResponseTransform(FilterAnswer);
        context.AddResponseTrailersTransform(FilterTrailers);
    }

    private static AccessRequest RequestOf(HttpContext context) => ProxyMiddleware.RequestOf(context);

    private ValueTask AddOurs(RequestTransformContext context)
    {
        forwarded.AddOurs(context.ProxyRequest, RequestOf(context.HttpContext), ProxyMiddleware.DecisionOf(context.HttpContext));
        return default;
    }

    // A host that a transform wrote stands; else the destination's own, where the file gives it one; else the client's.
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
        bool Has(string beginning) => Names(context).Any(name => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
        var (rewritesPath, rewritesQuery) = (Has("Path"), Has("Query"));
        if (!rewritesPath && !rewritesQuery)
        {
            context.AddRequestTransform(WriteRawTarget);
            return;
        }

        for (var i = 0; i < context.RequestTransforms.Count; i++)
        {
            context.RequestTransforms[i] = context.RequestTransforms[i] is PathRouteValuesTransform pattern ? new RawPathPattern(pattern) : context.RequestTransforms[i];
        }

        context.RequestTransforms.Insert(0, new RequestFuncTransform(MarkPath));
        var canStrip = StrippedPrefix.IsLeftBy(context.Route);
        context.AddRequestTransform(transform => WriteRewrittenTarget(transform, rewritesPath, rewritesQuery, canStrip));
    }

    private static IEnumerable<string> Names(TransformBuilderContext context) => context.Route.Transforms?.SelectMany(transform => transform.Keys) ?? [];

    private static ValueTask NameDestination(RequestTransformContext context)
    {
        if (HostOf(context.HttpContext) is { } host && context.ProxyRequest.Headers.Host == context.HttpContext.Request.Host.Value)
        {
            context.ProxyRequest.Headers.Host = host;
        }

        return default;
    }

    private static ValueTask WriteRawTarget(RequestTransformContext context)
    {
        context.ProxyRequest.RequestUri = UpstreamAddress.Of(RequestOf(context.HttpContext).Target.Raw, context.DestinationPrefix);
        return default;
    }

    private static ValueTask MarkPath(RequestTransformContext context)
    {
        context.Path = RawPath.Mark(context.HttpContext, RequestOf(context.HttpContext).Target);
        return default;
    }

    private static ValueTask WriteRewrittenTarget(RequestTransformContext context, bool rewritesPath, bool rewritesQuery, bool canStrip)
    {
        var target = RequestOf(context.HttpContext).Target;
        var path = rewritesPath ? RawPath.Write(context.Path.Value ?? "") : target.Path.ToString();
        path = path.StartsWith('/') ? path : "/" + path;
        var query = rewritesQuery ? context.Query.QueryString.ToUriComponent() : target.Query.ToString();
        if (!RequestTarget.TryParse(path + query, out var written))
        {
            // The forwarder sends nothing when an answer is set.
            return new(PlainText.WriteBadTargetAsync(context.HttpContext));
        }

        if (written.IsAmbiguous && DotSegments.Has(written.Path))
        {
            return new(PlainText.WriteAsync(context.HttpContext, StatusCodes.Status400BadRequest, ForwardedRequest.DotSegmentsText));
        }

        context.ProxyRequest.RequestUri = UpstreamAddress.Of(written.Raw, context.DestinationPrefix);
        if (canStrip && StrippedPrefix.Find(target.Path, path) is { } prefix)
        {
            context.HttpContext.Features.Set(prefix);
            var outer = RequestOf(context.HttpContext).Headers[Prefix].ToString();
            context.ProxyRequest.Headers.Remove(Prefix);
            context.ProxyRequest.Headers.TryAddWithoutValidation(Prefix, outer.TrimEnd('/') + prefix.Path);
        }

        return default;
    }

    private ValueTask FilterAnswer(ResponseTransformContext context)
    {
        var request = RequestOf(context.HttpContext);
        if (UpstreamHeaders.IsUnaskedUpgrade(context.ProxyResponse, context.HttpContext, request))
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status502BadGateway;
            context.SuppressResponseBody = true;
        }

        EarlyStatus.Note(context.HttpContext, request, context.ProxyResponse);
        if (context.ProxyResponse is { } answer && PlaceOf(context.HttpContext) is { } place)
        {
            answers.Filter(context.HttpContext.Response.Headers, request, answer, place, context.HttpContext.Features.Get<StrippedPrefix>()?.Path ?? "");
        }

        return default;
    }

    private ValueTask FilterTrailers(ResponseTrailersTransformContext context)
    {
        answers.FilterTrailers(context.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>()?.Trailers);
        return default;
    }

    private static DestinationModel? DestinationOf(HttpContext context) => context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.Model;

    private static string? HostOf(HttpContext context) => DestinationOf(context)?.Config.Host is { Length: > 0 } host ? host : null;

    private static UpstreamPlace? PlaceOf(HttpContext context) => DestinationOf(context) is { } destination
        ? new UpstreamPlace(new Uri(destination.Config.Address), HostOf(context))
        : null;
}
