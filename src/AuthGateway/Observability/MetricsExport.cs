using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AuthGateway.Observability;

/// <summary>
/// <c>/metrics</c> for Prometheus, and with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or its <c>_METRICS_</c> form) in the process environment the same by OTLP, configured
/// by the standard's <c>OTEL_*</c> variables.
/// </summary>
internal static class MetricsExport
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    public static void AddGatewayMetrics(this WebApplicationBuilder builder)
    {
        // The empty builder reads no environment; of it the exporter gets its own variables alone.
        var variables = Environment.GetEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(
            variables.Keys.OfType<string>().Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).Select(name => KeyValuePair.Create(name, (string?)variables[name])));
        builder.Services
            .AddMetrics()
            .AddSingleton<GatewayMetrics>()
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("auth-gateway").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter();
                ((IDeferredMeterProviderBuilder)metrics).Configure((services, provider) => provider.AddView(OfThisGateway(services.GetRequiredService<IMeterFactory>())));
                if (Endpoints.Any(name => !string.IsNullOrEmpty(builder.Configuration[name])))
                {
                    metrics.AddOtlpExporter();
                }
            });
    }

    // Meters are found by name in the whole process; two gateways in one count each its own.
    private static Func<Instrument, MetricStreamConfiguration?> OfThisGateway(IMeterFactory factory) => instrument =>
        ReferenceEquals(instrument.Meter.Scope, factory) ? null : MetricStreamConfiguration.Drop;
}

/// <summary>Answers a scrape (Prometheus' text format, or OpenMetrics where it is asked for).</summary>
internal sealed class MetricsPage(IServiceProvider services)
{
    private readonly Lazy<RequestDelegate> _scrape = new(() => new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build());

    public Task HandleAsync(HttpContext context) => _scrape.Value(context);
}
