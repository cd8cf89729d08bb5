using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Configuration;
using AuthGateway.Endpoints;
using AuthGateway.Limits;
using AuthGateway.Observability;
using AuthGateway.Oidc;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Proxy;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Hosting;

/// <summary>
/// Adds the layers, the lowest first. Each folder's <c>…Services</c> class documents what it owns.
/// </summary>
internal static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        services
            .AddOptionRecords(options)
            .AddLimits()
            .AddSessions(options.Session)
            .AddOidc()
            .AddAuthenticators()
            .AddAuthorizers(options)
            .AddPipeline()
            .AddEndpoints(options)
            .AddSingleton<MainListener>()
            .AddSingleton<RequestDispatcher>();
        return options.Server.IsInline ? services.AddProxy(options.Server) : services;
    }

    private static IServiceCollection AddOptionRecords(
        this IServiceCollection services, GatewayOptions options) => services
        .AddSingleton(options)
        .AddSingleton(options.Provider)
        .AddSingleton(options.Urls)
        .AddSingleton(options.Server)
        .AddSingleton(options.Session)
        .AddSingleton(options.Identity)
        .AddSingleton(options.Access)
        .AddSingleton(options.Browser)
        .AddSingleton(TimeProvider.System)
        .AddSingleton<RequestLog>()
        .AddSingleton<Supervisor>()
        .AddHostedService<StartupBanner>()
        .AddSingleton<PageRenderer>()
        .AddSingleton<PageSender>();
}
