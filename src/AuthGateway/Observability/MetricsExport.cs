using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AuthGateway.Observability;

/// <summary>
/// Exports the metrics at <c>/metrics</c> for Prometheus, and by OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> or <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> is set in the
/// process environment.
/// </summary>
/// <remarks>
/// OTLP is configured by the <c>OTEL_*</c> variables of the OpenTelemetry specification. Without
/// OTLP the SDK is loaded by the first scrape (<see cref="MetricsPage"/>): it takes 3 MiB.
/// </remarks>
internal static class MetricsExport
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    /// <summary>Adds the metrics, and the export by OTLP where it is configured.</summary>
    public static void AddGatewayMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddMetrics().AddSingleton<GatewayMetrics>();
        if (Endpoints.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
        {
            AddOtlp(builder);
        }
    }

    /// <summary>A provider for <c>/metrics</c> alone.</summary>
    public static MeterProvider BuildForScrapes(IMeterFactory factory)
    {
        var metrics = Sdk.CreateMeterProviderBuilder();
        metrics.ConfigureResource(Describe);
        return metrics
            .AddMeter(GatewayMetrics.MeterName)
            .AddView(OfThisGateway(factory))
            .AddPrometheusExporter()
            .Build();
    }

    private static void AddOtlp(WebApplicationBuilder builder)
    {
        // The empty builder reads no environment. Only the exporter's own variables are added.
        var variables = Environment.GetEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(
            variables.Keys.OfType<string>()
                .Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal))
                .Select(name => KeyValuePair.Create(name, (string?)variables[name])));
        builder.Services
            .AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter().AddOtlpExporter();
                ((IDeferredMeterProviderBuilder)metrics).Configure(
                    (services, provider) => provider.AddView(
                        OfThisGateway(services.GetRequiredService<IMeterFactory>())));
            });
    }

    private static void Describe(ResourceBuilder resource) =>
        resource.AddService("auth-gateway").AddEnvironmentVariableDetector();

    // The SDK finds meters by name in the whole process. Two gateways in one process must each
    // count their own.
    private static Func<Instrument, MetricStreamConfiguration?> OfThisGateway(IMeterFactory factory) => instrument =>
        ReferenceEquals(instrument.Meter.Scope, factory) ? null : MetricStreamConfiguration.Drop;
}
