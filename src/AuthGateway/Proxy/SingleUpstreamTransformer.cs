using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Proxy.EarlyAnswers;
using AuthGateway.Proxy.Routes;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// Transforms one request to the single upstream, as <see cref="ForwardTransforms"/> does for
/// routes: the forwarder's own header copying (hop-by-hop headers, RFC 9112 §6.3), the raw target,
/// the client's host.
/// </summary>
internal sealed class SingleUpstreamTransformer(
    AccessRequest request,
    AccessDecision.Allow allow,
    UpstreamPlace place,
    ForwardedRequest forwarded,
    UpstreamHeaders answers)
    : HttpTransformer
{
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken)
    {
        // Completes synchronously: it only copies headers.
        var copied = base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // HttpRequest.Host would turn the A-labels of an internationalised name into Unicode (RFC 5890).
        proxyRequest.Headers.Host = place.Host ?? (request.Host is { Length: > 0 } host ? host : null);
        proxyRequest.RequestUri = UpstreamAddress.Build(request.Target.Raw, destinationPrefix);
        forwarded.AddGatewayHeaders(proxyRequest, destinationPrefix, request, allow);
        return copied;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (UpstreamHeaders.IsUnaskedUpgrade(proxyResponse, httpContext, request))
        {
            httpContext.Response.StatusCode = StatusCodes.Status502BadGateway;
            return new(false);
        }

        EarlyStatus.Note(httpContext, request, proxyResponse);
        var copied = base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (!copied.IsCompletedSuccessfully)
        {
            return FilterLaterAsync(httpContext, proxyResponse, copied);
        }

        answers.Filter(httpContext.Response.Headers, request, proxyResponse, place);
        return copied;
    }

    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        answers.FilterTrailers(httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers);
    }

    private async ValueTask<bool> FilterLaterAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, ValueTask<bool> copied)
    {
        var goesOn = await copied;
        answers.Filter(httpContext.Response.Headers, request, proxyResponse, place);
        return goesOn;
    }
}
