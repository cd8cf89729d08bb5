using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Endpoints.Account;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Endpoints.ForwardAuth;
using AuthGateway.Endpoints.Health;
using AuthGateway.Endpoints.Login;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Logout;
using AuthGateway.Pages;

namespace AuthGateway.Endpoints;

/// <summary>Adds the gateway's own addresses and the checks that proxies ask for.</summary>
/// <remarks>
/// Owns: the table of addresses, the answers to ext_authz, auth_request and forward-auth, health,
/// metrics.
/// Does not own: the decision (<c>Pipeline</c>), the login and logout (<c>Oidc</c>), forwarding
/// (<c>Proxy</c>).
/// Entry points: all; the probes have listeners of their own.
/// </remarks>
internal static class EndpointServices
{
    /// <summary>
    /// Adds every address below the prefix, and the callback. The first row that matches answers:
    /// a callback may be below <c>VERIFY_AUTH_URL</c>, and at the address of another row.
    /// </summary>
    private static IServiceCollection AddRoutes(this IServiceCollection services) => services
        .AddRoute<CallbackVisit>(options => options.Urls.CallbackPath, endpoint => endpoint.HandleAsync)
        .AddRoute<CallbackVisit>(options => options.Urls.DefaultCallbackPath, endpoint => endpoint.HandleAsync)
        .AddRoute<AuthRequestEndpoint>(
            options => options.Urls.VerifyPath, endpoint => endpoint.HandleAsync, RouteScope.Segments)
        .AddRoute<LoginVisit>(options => options.Urls.LoginPath, endpoint => endpoint.HandleAsync)
        .AddRoute<LoggedInEndpoint>(options => options.Urls.LoggedInPath, endpoint => endpoint.HandleAsync)
        .AddRoute<FragmentScriptEndpoint>(
            options => options.Pages.KeepFragment ? options.Urls.Prefix + FragmentScript.Name : null,
            endpoint => endpoint.HandleAsync)
        .AddRoute<LogoutEndpoint>(options => options.Urls.LogoutPath, endpoint => endpoint.HandleAsync)
        .AddRoute<LogoutEndpoint>(
            options => options.Access.LegacyProfile ? "/logout" : null, endpoint => endpoint.HandleLegacyAsync)
        .AddRoute<BackChannelLogoutEndpoint>(
            options => options.Urls.BackChannelLogoutPath, endpoint => endpoint.HandleAsync)
        .AddRoute<UserInfoEndpoint>(options => options.Urls.UserInfoPath, endpoint => endpoint.HandleJsonAsync)
        .AddRoute<MySessionsEndpoint>(options => options.Urls.Prefix, endpoint => endpoint.HandleAsync)
        .AddRoute<ForwardAuthEndpoint>(options => options.Urls.ForwardAuthPath, endpoint => endpoint.HandleAsync)
        .AddRoute<SiteEndpoint>(
            options => options.Urls.SitePath, endpoint => endpoint.HandleBelowPrefixAsync, RouteScope.Prefix);

    public static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<OpenRequests>()
        .AddSingleton<Drain>()
        .AddHostedService(provider => provider.GetRequiredService<Drain>())
        .AddSingleton<MetricsPage>()
        .AddSingleton<Readiness>()
        .AddSingleton<ProbeEndpoints>()
        .AddSingleton<SiteEndpoint>()
        .AddSingleton<UserInfoEndpoint>()
        .AddSingleton<UserSessions>()
        .AddSingleton<MySessionsEndpoint>()
        .AddSingleton<OriginalTarget>()
        .AddSingleton<AuthRequestEndpoint>()
        .AddSingleton<ForwardAuthEndpoint>()
        .AddSingleton<NotFoundWriter>()
        .AddSingleton<NothingForwardedEndpoint>()
        .AddSingleton<LoginForm>()
        .AddSingleton<VisitRule>()
        .AddSingleton<LoginVisit>()
        .AddSingleton<CallbackVisit>()
        .AddSingleton<LoggedInEndpoint>()
        .AddSingleton<FragmentScriptEndpoint>()
        .AddRoutes()
        .AddSingleton<GatewayEndpoints>()
        .AddSingleton<HeadersToRemove>()
        .AddSingleton<DirectVisit>()
        .AddSingleton<AllowHeaders>()
        .AddSingleton<ExtAuthzEndpoint>();

    /// <param name="services">Where the route is added.</param>
    /// <param name="path">The path; null where these settings have no such address.</param>
    /// <param name="handler">The method that answers.</param>
    /// <param name="scope">Whether paths below it belong to it too.</param>
    private static IServiceCollection AddRoute<TEndpoint>(
        this IServiceCollection services,
        Func<GatewayOptions, string?> path,
        Func<TEndpoint, Func<HttpContext, AccessRequest, Task>> handler,
        RouteScope scope = RouteScope.Exact)
        where TEndpoint : notnull =>
        services.AddSingleton(provider => path(provider.GetRequiredService<GatewayOptions>()) is { } served
            ? new EndpointRoute(served, scope, handler(provider.GetRequiredService<TEndpoint>()))
            : EndpointRoute.None);
}
