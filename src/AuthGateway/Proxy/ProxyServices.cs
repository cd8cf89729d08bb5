using AuthGateway.Configuration;
using AuthGateway.Proxy.Connections;
using AuthGateway.Proxy.Routes;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Proxy;

/// <summary>
/// Adds forwarding: to one upstream (<c>UPSTREAM_URL</c>), or by YARP routes (<c>ROUTES_FILE</c>).
/// </summary>
/// <remarks>
/// Owns: requests to the application and its responses, connections that end with their session.
/// Does not own: the decision (<c>Pipeline</c>).
/// Entry points: the main listener, in-line mode only.
/// </remarks>
internal static class ProxyServices
{
    public static IServiceCollection AddProxy(this IServiceCollection services, ServerOptions server)
    {
        services
            .AddSingleton<CredentialRemoval>()
            .AddSingleton<ForwardedRequest>()
            .AddSingleton<UpstreamHeaders>()
            .AddSingleton<PublicLocation>()
            .AddSingleton<ConnectionRegistry>()
            .AddSingleton<UpstreamErrors>()
            .AddSingleton<LoopAnswer>()
            .AddSingleton<ProxyRefusals>()
            .AddSingleton<ProxyMiddleware>();
        if (server.RoutesFile is not { } file)
        {
            return services.AddHttpForwarder().AddSingleton<SingleUpstream>();
        }

        services
            .AddRequestTimeouts()
            .AddSingleton<ITransformProvider, RouteRules>()
            .AddSingleton<ITransformProvider, ForwardTransforms>()
            .AddSingleton<IProxyConfigFilter, LongActivityTimeoutFilter>()
            .AddReverseProxy()
            .AddRoutes(file);
        services.AddSingleton<IForwarderHttpClientFactory, UpstreamClientFactory>();
        SealedKeys.Register(services);
        return services;
    }
}
