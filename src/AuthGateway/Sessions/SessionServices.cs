using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Outgoing;
using AuthGateway.Sessions.Maintenance;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Sessions.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthGateway.Sessions;

/// <summary>Adds sessions, their store and their background work.</summary>
/// <remarks>
/// Owns: the session cookie, the session in memory and in the store, its refresh lease, its end.
/// Does not own: how a session begins (<c>Oidc/Login</c>), what a refresh returns
/// (<c>Oidc/Refresh</c>). Entry points: none.
/// </remarks>
internal static class SessionServices
{
    /// <summary>Adds the services of this folder.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services, SessionOptions session) => services
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

    /// <summary>Adds the session store only. Also used by the command line.</summary>
    internal static IServiceCollection AddStore(this IServiceCollection services, SessionOptions session)
    {
        services.TryAddSingleton(Connector.System);
        return session.Redis is { } redis
            ? services
                .AddSingleton(redis)
                .AddSingleton<RedisConnection>()
                .AddSingleton<ISessionStore, RedisSessionStore>()
            : services.AddSingleton<ISessionStore, SqliteSessionStore>();
    }

    /// <summary>
    /// Adds the search for other replicas, with Redis only: a SQLite file belongs to one gateway.
    /// </summary>
    private static IServiceCollection AddReplicas(this IServiceCollection services, SessionOptions session)
    {
        services.AddSingleton<ReplicaNotes>();
        return session.Redis is null
            ? services
            : services.AddSingleton<RedisReplicas>().AddSingleton<ReplicaDigests>().AddHostedService<ReplicaWatch>();
    }
}
