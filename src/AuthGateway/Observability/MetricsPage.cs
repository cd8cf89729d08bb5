namespace AuthGateway.Observability;

/// <summary>Answers a scrape in the Prometheus text format, or in OpenMetrics on request.</summary>
internal sealed class MetricsPage(IServiceProvider services)
{
    private readonly Lazy<RequestDelegate> _scrape = new(
        () => new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build());

    public Task HandleAsync(HttpContext context) => _scrape.Value(context);
}
