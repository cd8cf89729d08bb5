using System.Net;
using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Benchmarks.Targets;

/// <summary>The same proxy as in the gateway, tuned the same, without any of the gateway: one route, one cluster.</summary>
internal static class BareYarp
{
    public static void AddTo(WebApplicationBuilder builder, string upstream)
    {
        builder.Services.AddRoutingCore();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "upstream", Match = new RouteMatch { Path = "{**catch-all}" } }],
                [new ClusterConfig
                {
                    ClusterId = "upstream",
                    Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = upstream } },
                    HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = TimeSpan.FromDays(20) },
                }])
            .ConfigureHttpClient(static (_, handler) =>
            {
                handler.ActivityHeadersPropagator = null;
                handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
                handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
            });
    }

    public static void MapOn(WebApplication app)
    {
        app.UseRouting();
        app.MapReverseProxy();
    }
}
