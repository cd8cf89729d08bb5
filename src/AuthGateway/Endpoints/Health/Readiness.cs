using AuthGateway.Observability;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// Whether the gateway is ready: discovery succeeded once, and the store answers. A later outage of
/// the provider does not change it. An outage of the store does after 30 s, and SIGTERM does at
/// once.
/// </summary>
internal sealed class Readiness
{
    private readonly ProviderMetadata _metadata;
    private readonly StoreHealth _store;
    private readonly Drain _drain;

    public Readiness(
        ProviderMetadata metadata, StoreHealth store, SessionCache sessions, Drain drain, GatewayMetrics metrics)
    {
        _metadata = metadata;
        _store = store;
        _drain = drain;
        metrics.Watch("authgateway.ready", "1 while the gateway is ready.", () => IsReady ? 1 : 0);
        metrics.Watch("authgateway.store.up", "1 while the session store answers.", () => store.IsUp ? 1 : 0);
        metrics.Watch(
            "authgateway.sessions.in_memory", "Live sessions in the memory of this process.", () => sessions.Count);
        metrics.Watch(
            "authgateway.refreshes.open", "Refreshes at the provider that are under way.", () => drain.OpenRefreshes);
    }

    public bool IsReady => Reasons.Count == 0;

    /// <summary>Why the gateway is not ready; empty when it is.</summary>
    public List<string> Reasons
    {
        get
        {
            var reasons = new List<string>(2);
            if (!_metadata.TryGet(out _))
            {
                reasons.Add(_metadata.LastProblem ?? "Discovery has not succeeded yet.");
            }

            if (_drain.IsOn)
            {
                reasons.Add("Shutting down.");
            }

            if (_store.NotReadyReason is { } reason)
            {
                reasons.Add(reason);
            }

            return reasons;
        }
    }
}
