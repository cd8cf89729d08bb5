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
    private static IServiceCollection AddRoutes(this IServiceCollection services, GatewayOptions options) => services
        .AddRoute<CallbackVisit>(options.Urls.CallbackPath, endpoint => endpoint.HandleAsync)
        .AddRoute<CallbackVisit>(options.Urls.DefaultCallbackPath, endpoint => endpoint.HandleAsync)
        .AddRoute<AuthRequestEndpoint>(
            options.Urls.VerifyPath, endpoint => endpoint.HandleAsync, RouteScope.Segments)
        .AddRoute<LoginVisit>(options.Urls.LoginPath, endpoint => endpoint.HandleAsync)
        .AddRoute<LoginVisit>(options.Urls.StartPath, endpoint => endpoint.HandleAsync)
        .AddRoute<LoginVisit>(options.Urls.SignInPath, endpoint => endpoint.HandleAsync)
        .AddRoute<SignOutEndpoint>(options.Urls.SignOutPath, endpoint => endpoint.HandleAsync)
        .AddRoute<MainProbes>(options.Urls.PingPath, endpoint => endpoint.PingAsync)
        .AddRoute<MainProbes>(options.Urls.ReadyPath, endpoint => endpoint.ReadyAsync)
        .AddRoute<LoggedInEndpoint>(options.Urls.LoggedInPath, endpoint => endpoint.HandleAsync)
        .AddRoute<FragmentScriptEndpoint>(
            options.Pages.KeepFragment ? options.Urls.Prefix + FragmentScript.Name : null,
            endpoint => endpoint.HandleAsync)
        .AddRoute<LogoutEndpoint>(options.Urls.LogoutPath, endpoint => endpoint.HandleAsync)
        .AddRoute<LogoutEndpoint>(
            options.Access.LegacyProfile ? "/logout" : null, endpoint => endpoint.HandleLegacyAsync)
        .AddRoute<BackChannelLogoutEndpoint>(
            options.Urls.BackChannelLogoutPath, endpoint => endpoint.HandleAsync)
        .AddRoute<UserInfoEndpoint>(options.Urls.UserInfoPath, endpoint => endpoint.HandleJsonAsync)
        .AddRoute<MySessionsEndpoint>(options.Urls.Prefix, endpoint => endpoint.HandleAsync)
        .AddRoute<ForwardAuthEndpoint>(options.Urls.ForwardAuthPath, endpoint => endpoint.HandleAsync)
        .AddRoute<SiteEndpoint>(
            options.Urls.SitePath, endpoint => endpoint.HandleBelowPrefixAsync, RouteScope.Prefix);

    public static IServiceCollection AddEndpoints(this IServiceCollection services, GatewayOptions options) => services
        .AddSingleton<OpenRequests>()
        .AddSingleton<Drain>()
        .AddHostedService(provider => provider.GetRequiredService<Drain>())
        .AddSingleton<MetricsPage>()
        .AddSingleton<Readiness>()
        .AddSingleton<HealthRemarks>()
        .AddSingleton<ProbeEndpoints>()
        .AddSingleton<MainProbes>()
        .AddSingleton<SiteEndpoint>()
        .AddSingleton<NoSessionWriter>()
        .AddSingleton<UserInfoEndpoint>()
        .AddSingleton<UserSessions>()
        .AddSingleton<MySessionsEndpoint>()
        .AddSingleton<OriginalTarget>()
        .AddSingleton<CheckHeaders>()
        .AddSingleton<AuthRequestEndpoint>()
        .AddSingleton<ForwardAuthEndpoint>()
        .AddSingleton<NotFoundWriter>()
        .AddSingleton<NothingForwardedEndpoint>()
        .AddSingleton<LoginForm>()
        .AddSingleton<VisitRule>()
        .AddSingleton<LoginBeginning>()
        .AddSingleton<LoginVisit>()
        .AddSingleton<CallbackVisit>()
        .AddSingleton<LoggedInEndpoint>()
        .AddSingleton<FragmentScriptEndpoint>()
        .AddRoutes(options)
        .AddSingleton<GatewayEndpoints>()
        .AddSingleton<HeadersToRemove>()
        .AddSingleton<DirectVisit>()
        .AddSingleton<ProgramAnswer>()
        .AddSingleton<AllowHeaders>()
        .AddSingleton<AllowWriter>()
        .AddSingleton<ExtAuthzEndpoint>();

    /// <param name="services">Where the route is added.</param>
    /// <param name="path">The path; null where these settings have no such address.</param>
    /// <param name="handler">The method that answers.</param>
    /// <param name="scope">Whether paths below it belong to it too.</param>
    private static IServiceCollection AddRoute<TEndpoint>(
        this IServiceCollection services,
        string? path,
        Func<TEndpoint, Func<HttpContext, AccessRequest, Task>> handler,
        RouteScope scope = RouteScope.Exact)
        where TEndpoint : notnull => path is null
            ? services
            : services.AddSingleton(
                provider => new EndpointRoute(path, scope, handler(provider.GetRequiredService<TEndpoint>())));
}
