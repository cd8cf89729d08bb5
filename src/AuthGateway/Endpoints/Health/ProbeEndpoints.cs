using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// The probe port: <c>/healthz</c> is 200 while the process lives; everything else, <c>/</c> and <c>/readyz</c> included, is 200 when ready and 503 when not.
/// <c>/metrics</c> is on <c>METRICS_PORT</c>, by default the same one. Ready = discovery succeeded once and the store answers; losing the provider later never makes us unready, losing the store does after 30 s, SIGTERM does at once.
/// </summary>
internal sealed class ProbeEndpoints
{
    private readonly ProviderMetadata _metadata;
    private readonly StoreHealth _store;
    private readonly ReplicaNotes _replicas;
    private readonly Drain _drain;
    private readonly MetricsPage _metricsPage;
    private readonly ListenerKind _metricsListener;

    public ProbeEndpoints(ProviderMetadata metadata, StoreHealth store, ReplicaNotes replicas, SessionCache sessions, Drain drain, GatewayMetrics metrics, MetricsPage metricsPage, ServerOptions server)
    {
        _metadata = metadata;
        _store = store;
        _replicas = replicas;
        _drain = drain;
        _metricsPage = metricsPage;
        _metricsListener = server.MetricsPort == server.ProbePort ? ListenerKind.Probe : ListenerKind.Metrics;
        metrics.Watch("authgateway.ready", "1 while the gateway is ready.", () => IsReady ? 1 : 0);
        metrics.Watch("authgateway.store.up", "1 while the session store answers.", () => store.IsUp ? 1 : 0);
        metrics.Watch("authgateway.sessions.in_memory", "Live sessions in the memory of this process.", () => sessions.Count);
        metrics.Watch("authgateway.refreshes.open", "Refreshes at the provider that are under way.", () => drain.OpenRefreshes);
    }

    public Task HandleAsync(HttpContext context, ListenerKind listener) => context.Request.Path.Value switch
    {
        "/metrics" when listener == _metricsListener => _metricsPage.HandleAsync(context),
        "/healthz" => PlainText.WriteAsync(context, 200, "alive\n"),
        "/readyz" => Reasons is { Count: > 0 } reasons
            ? PlainText.WriteAsync(context, 503, string.Join('\n', reasons) + "\n")
            : PlainText.WriteAsync(context, 200, string.Join('\n', ["ready", .. Remarks, ""])),
        _ => Bare(context),
    };

    /// <summary>What an operator should know although it takes no readiness away, a line each.</summary>
    private IEnumerable<string> Remarks
    {
        get
        {
            string?[] remarks =
            [
                _store.Remark,
                _metadata.LastProblem is { } problem ? $"The provider's metadata cannot be read again; what was read last stays in use. {problem}" : null,
                _metadata.Note,
                .. _replicas.Lines,
            ];
            return remarks.OfType<string>();
        }
    }

    public bool IsReady => Reasons.Count == 0;

    private List<string> Reasons
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

    private Task Bare(HttpContext context)
    {
        context.Response.StatusCode = IsReady ? 200 : 503;
        return Task.CompletedTask;
    }
}
