using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Configuration;
using AuthGateway.Endpoints;
using AuthGateway.Limits;
using AuthGateway.Observability;
using AuthGateway.Oidc;
using AuthGateway.Outgoing;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Proxy;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Redis;
using AuthGateway.Sessions.Sqlite;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway;

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
        .AddSingleton<PublicScheme>()
        .AddSingleton<SameOrigin>()
        .AddSingleton<OwnCookies>()
        .AddSingleton<SessionTraces>()
        .AddSingleton<SessionSecrets>()
        .AddSingleton<Sealer>()
        .AddSingleton<KnownHashes>()
        .AddSingleton<UnstoredEnds>()
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
        .AddHostedService<SessionSweeper>()
        .AddHostedService<SessionWatch>()
        .AddHostedService<PendingEnds>();

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

    private static IServiceCollection AddOidc(this IServiceCollection services) => services
        .AddSingleton<ClientAuthentication>()
        .AddOutgoing()
        .AddSingleton<ProviderAvailability>()
        .AddHostedService<ProviderWatch>()
        .AddSingleton<BackChannel>()
        .AddSingleton<MetadataFetcher>()
        .AddSingleton<ProviderMetadata>()
        .AddHostedService<ProviderRefresh>()
        .AddSingleton<SealedStates>()
        .AddSingleton<LoginCookies>()
        .AddSingleton<LoginCounter>()
        .AddSingleton<ProviderPath>()
        .AddSingleton<ConsumedAttempts>()
        .AddSingleton<OwnNonces>()
        .AddSingleton<LoginEvents>()
        .AddSingleton<IOptionsMonitor<OpenIdConnectOptions>, LoginOptions>()
        .AddSingleton<ReturnUrl>()
        .AddSingleton<ClaimsMapper>()
        .AddSingleton<LoginFlow>()
        .AddSingleton<LoginGate>()
        .AddSingleton<FormerUser>()
        .AddSingleton<LoginCompletion>()
        .AddSingleton<CallbackEndpoint>()
        .AddSingleton<LoginEndpoint>()
        .AddSingleton<EndSession>()
        .AddSingleton<TokenRevoker>()
        .AddSingleton<ITokenRevoker>(provider => provider.GetRequiredService<TokenRevoker>())
        .AddSingleton<IdTokenHandler>()
        .AddSingleton<IRefreshCall, RefreshRequest>()
        .AddSingleton<UserInfoClient>()
        .AddSingleton<IRefreshReader, RefreshedClaims>()
        .AddSingleton<RefreshReport>()
        .AddSingleton<RefreshAdoption>()
        .AddSingleton<RefreshOutcomes>()
        .AddSingleton<ProcessEnd>().AddSingleton<TokenRefresher>()
        .AddSingleton<StrictValidation>()
        .AddHostedService<SessionPulse>()
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
            .AddSingleton<OwnSessions>()
            .AddSingleton<MySessionsEndpoint>()
            .AddSingleton<VerifyEndpoint>()
            .AddSingleton<ForwardAuthEndpoint>()
            .AddSingleton<LogoutTokenForm>().AddSingleton<LoginForm>()
            .AddSingleton<BackChannelLogoutEndpoint>()
            .AddSingleton<OwnEndpoints>()
            .AddSingleton<EnvoyRemovals>().AddSingleton<DirectVisit>()
            .AddSingleton<ExtAuthzDoor>()
            .AddSingleton<FrontDoor>();
        return options.Server.IsInline ? services.AddProxy(options.Server) : services;
    }

    private static IServiceCollection AddProxy(this IServiceCollection services, ServerOptions server)
    {
        services
            .AddSingleton<ForwardedRequest>()
            .AddSingleton<UpstreamHeaders>()
            .AddSingleton<PublicLocation>()
            .AddSingleton<SessionExchanges>()
            .AddSingleton<UpstreamTrouble>()
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
            .AddSingleton<IProxyConfigFilter, PatientClusters>()
            .AddReverseProxy()
            .AddRoutes(file);
        services.AddSingleton<IForwarderHttpClientFactory, UpstreamClientFactory>();
        SealedKeys.Register(services);
        return services;
    }
}
