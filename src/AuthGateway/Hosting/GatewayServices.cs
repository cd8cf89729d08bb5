using AuthGateway.Access;
using AuthGateway.Authentication.Bearer;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Configuration;
using AuthGateway.Endpoints.Account;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Endpoints.ForwardAuth;
using AuthGateway.Endpoints.Health;
using AuthGateway.Endpoints;
using AuthGateway.Http;
using AuthGateway.Limits;
using AuthGateway.Observability;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Logout;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Outgoing;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Proxy.Connections;
using AuthGateway.Proxy.Routes;
using AuthGateway.Proxy;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Hosting;

/// <summary>Adds the rooms, lowest first.</summary>
internal static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options) => services
        .AddOptionRecords(options)
        .AddSessions(options.Session)
        .AddOidc()
        .AddPipeline(options)
        .AddDoors(options);

    private static IServiceCollection AddOptionRecords(this IServiceCollection services, GatewayOptions options) => services
        .AddSingleton(options)
        .AddSingleton(options.Provider)
        .AddSingleton(options.Urls)
        .AddSingleton(options.Server)
        .AddSingleton(options.Session)
        .AddSingleton(options.Identity)
        .AddSingleton(options.Access)
        .AddSingleton(options.Browser)
        .AddSingleton(TimeProvider.System)
        .AddLimits()
        .AddSingleton<RequestLog>()
        .AddSingleton<Supervisor>()
        .AddHostedService<StartupBanner>()
        .AddSingleton<PageRenderer>()
        .AddSingleton<PageSender>();

    private static IServiceCollection AddSessions(this IServiceCollection services, SessionOptions session) => services
        .AddSingleton<PublicOrigin>()
        .AddSingleton<SameOrigin>()
        .AddSingleton<GatewayCookies>()
        .AddSingleton<SessionTraces>()
        .AddSingleton<SessionSecrets>()
        .AddSingleton<Sealer>()
        .AddSingleton<SessionHashCache>()
        .AddSingleton<PendingSessionEnds>()
        .AddSingleton<SessionCache>()
        .AddStore(session)
        .AddReplicas(session)
        .AddSingleton<LearnedInterval>()
        .AddSingleton<RefreshSchedule>()
        .AddSingleton<ForwardedIdTokens>()
        .AddSingleton<FormerSession>()
        .AddSingleton<SessionCodec>()
        .AddSingleton<SessionRenewal>()
        .AddSingleton<StoreHealth>()
        .AddSingleton<SessionLifecycle>()
        .AddSingleton<BrowserSession>()
        .AddSingleton<ClientAddress>()
        .AddHostedService<SessionCleanupService>()
        .AddHostedService<StoreChangeListener>()
        .AddHostedService<PendingEndRetryService>();

    /// <summary>Replicas find each other on Redis alone; a SQLite file has one gateway.</summary>
    private static IServiceCollection AddReplicas(this IServiceCollection services, SessionOptions session)
    {
        services.AddSingleton<ReplicaNotes>();
        return session.Redis is null
            ? services
            : services.AddSingleton<RedisReplicas>().AddSingleton<ReplicaDigests>().AddHostedService<ReplicaWatch>();
    }

    /// <summary>The store alone: for the command line too.</summary>
    internal static IServiceCollection AddStore(this IServiceCollection services, SessionOptions session)
    {
        services.TryAddSingleton(Connector.System);
        return session.Redis is { } redis
            ? services.AddSingleton(redis).AddSingleton<RedisConnection>().AddSingleton<ISessionStore, RedisSessionStore>()
            : services.AddSingleton<ISessionStore, SqliteSessionStore>();
    }

    // A signed userinfo answer is opened with the provider's keys, which the metadata brings.
    private static ProviderMetadata CreateMetadata(IServiceProvider services)
    {
        var metadata = ActivatorUtilities.CreateInstance<ProviderMetadata>(services);
        var handler = new ProviderTokenHandler(services.GetRequiredService<ProviderOptions>(), metadata) { Kind = "userinfo answer", IsUserInfo = true };
        services.GetRequiredService<ClientAuthentication>().OpenSignedUserInfo = new SignedUserInfo(handler).OpenAsync;
        return metadata;
    }

    private static IServiceCollection AddOidc(this IServiceCollection services) => services
        .AddSingleton<ClientAuthentication>()
        .AddOutgoing()
        .AddSingleton<ProviderAvailability>()
        .AddHostedService<ProviderWatch>()
        .AddSingleton<ProviderHttpClient>()
        .AddSingleton<MetadataFetcher>()
        .AddSingleton(CreateMetadata)
        .AddHostedService<ProviderRefresh>()
        .AddSingleton<LoginStateProtector>()
        .AddSingleton<LoginCookies>()
        .AddSingleton<LoginCounter>()
        .AddSingleton<ProviderPath>()
        .AddSingleton<ConsumedAttempts>()
        .AddSingleton<OwnNonces>()
        .AddSingleton<LoginEvents>()
        .AddSingleton<IOptionsMonitor<OpenIdConnectOptions>, LoginOptions>()
        .AddSingleton<ReturnUrl>()
        .AddSingleton<ClaimsMapper>()
        .AddSingleton<LoginStarter>()
        .AddSingleton<CallbackValidator>()
        .AddSingleton<FormerUser>()
        .AddSingleton<SignIn>()
        .AddSingleton<CallbackEndpoint>()
        .AddSingleton<LoginEndpoint>()
        .AddSingleton<EndSession>()
        .AddSingleton<TokenRevoker>()
        .AddSingleton<ITokenRevoker>(provider => provider.GetRequiredService<TokenRevoker>())
        .AddSingleton<ProviderTokenHandler>()
        .AddSingleton<IRefreshCall, RefreshRequest>()
        .AddSingleton<UserInfoClient>()
        .AddSingleton<IRefreshReader, RefreshedClaims>()
        .AddSingleton<RefreshLog>()
        .AddSingleton<RefreshCompletion>()
        .AddSingleton<RefreshOutcomes>()
        .AddSingleton<ProcessEnd>().AddSingleton<TokenRefresher>()
        .AddSingleton<StrictValidation>()
        .AddHostedService<SessionRefreshService>()
        .AddSingleton<LogoutEndpoint>()
        .AddSingleton<LogoutTokenValidator>();

    private static IServiceCollection AddPipeline(this IServiceCollection services, GatewayOptions options) => services
        .AddSingleton<BasicCredentials>()
        .AddSingleton<SessionAuthenticator>()
        .AddSingleton<TokenIdentity>()
        .AddSingleton<RefusedTokens>().AddSingleton<IdTokenAuthenticator>()
        .AddSingleton<JwtAccessTokenAuthenticator>()
        .AddSingleton<ProviderTokenClient>()
        .AddSingleton<OpaqueTokenAuthenticator>()
        .AddSingleton<ProviderTokens>()
        .AddCluster()
        .AddSingleton<BearerAuthenticator>()
        .AddSingleton<UnknownTokenAuthenticator>()
        .AddSingleton<IReadOnlyList<IAuthenticator>>(provider => [provider.GetRequiredService<SessionAuthenticator>(), provider.GetRequiredService<BearerAuthenticator>(), provider.GetRequiredService<UnknownTokenAuthenticator>()])
        .AddSingleton<GroupsAuthorizer>()
        .AddHostedService<RenewedGroups>()
        .AddSingleton<EndReasons>()
        .AddSingleton<ExternalAuthorizer>()
        .AddSingleton<IReadOnlyList<IAuthorizer>>(provider => options.Access.ExternalAuthzUrl is null
            ? [provider.GetRequiredService<GroupsAuthorizer>()]
            : [provider.GetRequiredService<GroupsAuthorizer>(), provider.GetRequiredService<ExternalAuthorizer>()])
        .AddSingleton<SessionHeader>()
        .AddSingleton<SkipAuthRules>()
        .AddSingleton<OriginRule>()
        .AddSingleton<AccessPipeline>()
        .AddSingleton<GroupHeader>()
        .AddSingleton<IdentityHeaders>()
        .AddSingleton<TokenReaders>()
        .AddSingleton<HopMark>()
        .AddSingleton<PublicHostRule>()
        .AddSingleton<ProbeTable>()
        .AddSingleton<WorkerRemoval>()
        .AddSingleton<MachineRefusals>()
        .AddSingleton<LoginFailureWriter>()
        .AddSingleton<DecisionWriter>();

    private static IServiceCollection AddDoors(this IServiceCollection services, GatewayOptions options)
    {
        services
            .AddSingleton<Drain>()
            .AddHostedService(provider => provider.GetRequiredService<Drain>())
            .AddSingleton<MetricsPage>()
            .AddSingleton<ProbeEndpoints>()
            .AddSingleton<SiteEndpoint>()
            .AddSingleton<UserInfoEndpoint>()
            .AddSingleton<UserSessions>()
            .AddSingleton<MySessionsEndpoint>()
            .AddSingleton<AuthRequestEndpoint>()
            .AddSingleton<ForwardAuthEndpoint>()
            .AddSingleton<LogoutTokenForm>().AddSingleton<LoginForm>()
            .AddSingleton<BackChannelLogoutEndpoint>()
            .AddSingleton<GatewayEndpoints>()
            .AddSingleton<HeadersToRemove>().AddSingleton<DirectVisit>()
            .AddSingleton<ExtAuthzEndpoint>()
            .AddSingleton<RequestDispatcher>();
        return options.Server.IsInline ? services.AddProxy(options.Server) : services;
    }

    private static IServiceCollection AddProxy(this IServiceCollection services, ServerOptions server)
    {
        services
            .AddSingleton<ForwardedRequest>()
            .AddSingleton<UpstreamHeaders>()
            .AddSingleton<PublicLocation>()
            .AddSingleton<ConnectionRegistry>()
            .AddSingleton<UpstreamErrors>()
            .AddSingleton<LoopAnswer>()
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
