using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Login;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AuthGateway.Endpoints;

/// <summary>
/// Answers every address below the prefix, and the callback, by the table of
/// <see cref="EndpointServices"/>. Addresses are compared with the raw path byte for byte, never by
/// a router that ignores case. An address that is not in the table is 404 and never forwarded.
/// </summary>
internal sealed class GatewayEndpoints(
    GatewayOptions options,
    IEnumerable<EndpointRoute> routes,
    DecisionWriter writer,
    LoginFailureWriter failures,
    NotFoundWriter notFound)
{
    /// <summary>
    /// The maximum number of query parameters of an address of the gateway. A provider sends about
    /// six.
    /// </summary>
    public const int MaxParameters = 100;

    private const long BodyLimit = 64 * 1024;
    private static readonly MinDataRate Slowest = new(240, TimeSpan.FromSeconds(5));
    private readonly EndpointRoute[] _routes = [.. routes];
    private readonly EndpointRoute _verify = routes.First(route => route.Path == options.Urls.VerifyPath
        && route.Scope == RouteScope.Segments);
    private readonly string _prefix = options.Urls.Prefix;
    private readonly string _bare = options.Urls.Prefix.TrimEnd('/');

    /// <summary>
    /// True for the prefix, all paths below it (ambiguous spellings included) and the callback.
    /// </summary>
    public bool Owns(RequestTarget target)
    {
        var path = target.Path;
        return path.StartsWith(_prefix, StringComparison.Ordinal)
            || path.SequenceEqual(_bare)
            || path.SequenceEqual(options.Urls.CallbackPath)
            || _verify.Matches(path)
            || (options.Urls.Oauth2Addresses
                && (path.SequenceEqual(options.Urls.PingPath) || path.SequenceEqual(options.Urls.ReadyPath)))
            || (options.Access.LegacyProfile && path is "/logout");
    }

    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (IsTooLarge(context))
        {
            await PlainText.WriteAsync(context, 413, "The request body is too large.\n");
            return;
        }

        SecurityHeaders.Secure(context.Response.Headers);
        // The query of a check is that of the original request.
        if (!_verify.Matches(request.Target.Path) && request.Target.Query.Count('&') >= MaxParameters)
        {
            await PlainText.WriteAsync(context, 400, $"The address has more than {MaxParameters} parameters.\n");
            return;
        }

        try
        {
            await DispatchAsync(context, request);
        }
        catch (LoginFailedException e)
        {
            await failures.WriteAsync(context, request, e);
        }
        catch (StoreUnavailableException)
        {
            await writer.WriteAsync(
                context, request, new AccessDecision.Unavailable(StoreUnavailableException.PublicMessage));
        }
    }

    private Task DispatchAsync(HttpContext context, AccessRequest request)
    {
        foreach (var route in _routes)
        {
            if (route.Matches(request.Target.Path))
            {
                return route.HandleAsync(context, request);
            }
        }

        return notFound.WriteAsync(context, request);
    }

    // The limits of the gateway's own pages. Proxied routes keep the limits of their application.
    private static bool IsTooLarge(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyLimit;
        }

        // Over HTTP/2 the rate cannot be set for one request: setting it throws.
        if (HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = Slowest;
        }

        return context.Request.ContentLength > BodyLimit;
    }
}
