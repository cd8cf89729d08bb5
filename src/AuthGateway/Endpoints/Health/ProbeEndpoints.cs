using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;

namespace AuthGateway.Endpoints.Health;

/// <summary>
/// Answers the probe port: <c>/healthz</c> is 200 while the process runs. Every other path,
/// <c>/</c> and <c>/readyz</c> included, is 200 when ready and 503 when not. <c>/metrics</c> is on
/// <c>METRICS_PORT</c>, by default the same port.
/// </summary>
internal sealed class ProbeEndpoints(
    Readiness readiness, HealthRemarks remarks, MetricsPage metrics, ServerOptions server)
{
    private readonly ListenerKind _metricsListener =
        server.MetricsPort == server.ProbePort ? ListenerKind.Probe : ListenerKind.Metrics;

    public Task HandleAsync(HttpContext context, ListenerKind listener) => context.Request.Path.Value switch
    {
        "/metrics" when listener == _metricsListener => metrics.HandleAsync(context),
        "/healthz" => PlainText.WriteAsync(context, 200, "alive\n"),
        "/readyz" => readiness.Reasons is { Count: > 0 } reasons
            ? PlainText.WriteAsync(context, 503, string.Join('\n', reasons) + "\n")
            : PlainText.WriteAsync(context, 200, string.Join('\n', ["ready", .. remarks.Lines, ""])),
        _ => Bare(context),
    };

    private Task Bare(HttpContext context)
    {
        context.Response.StatusCode = readiness.IsReady ? 200 : 503;
        return Task.CompletedTask;
    }
}
