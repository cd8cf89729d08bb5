using System.Diagnostics.CodeAnalysis;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Proxy.Connections;

/// <summary>
/// Binds forwarded requests to their session: when it ends for any reason, they are closed within
/// one second.
/// </summary>
internal sealed class ConnectionRegistry(SessionCache cache, SessionOptions options, Supervisor supervisor)
{
    /// <summary>
    /// Registers a forwarded request with its session. Returns false when the session has ended.
    /// </summary>
    public bool TryBegin(
        HttpContext context,
        AccessRequest request,
        Session session,
        [NotNullWhen(true)] out ProxiedConnection? exchange)
    {
        exchange = new ProxiedConnection(context) { UnsentBytesBy = options.IdleTimeout is null ? null : supervisor };
        if (!cache.TryJoin(ref session, exchange))
        {
            exchange = null;
            return false;
        }

        exchange.Owner = session.Exchanges;
        if (request.IsUpgrade)
        {
            exchange.CanStop();
            WatchUpgrade(context, exchange);
        }
        else if (request.IsHttp2 && GrpcCallEnd.IsCall(context))
        {
            exchange.CanStop();
            GrpcCallEnd.Watch(context, exchange);
        }

        return true;
    }

    /// <summary>
    /// Registers a request that is forwarded without a session. Returns null for an ordinary
    /// request, which ends by itself.
    /// </summary>
    public ProxiedConnection? BeginWithoutSession(HttpContext context, AccessRequest request)
    {
        if (!request.IsUpgrade
            && !request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var exchange = new ProxiedConnection(context) { Owner = cache.WithoutSession };
        cache.WithoutSession.TryAdd(exchange);
        if (request.IsUpgrade)
        {
            exchange.CanStop();
            WatchUpgrade(context, exchange);
        }

        return exchange;
    }

    private static void WatchUpgrade(HttpContext context, ProxiedConnection exchange)
    {
        exchange.Upgrade = new TaskCompletionSource<SessionSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new WatchedUpgrade(upgrade, exchange));
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(new WatchedConnect(connect, exchange));
        }
    }

    private sealed class WatchedUpgrade(IHttpUpgradeFeature inner, ProxiedConnection exchange) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => exchange.Upgraded(await inner.UpgradeAsync());
    }

    private sealed class WatchedConnect(
        IHttpExtendedConnectFeature inner, ProxiedConnection exchange) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => exchange.Upgraded(await inner.AcceptAsync());
    }
}
