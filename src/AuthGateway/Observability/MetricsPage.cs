using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AuthGateway.Observability;

/// <summary>Answers a scrape in the Prometheus text format, or in OpenMetrics on request.</summary>
/// <remarks>The first scrape loads OpenTelemetry, unless the export by OTLP did.</remarks>
internal sealed class MetricsPage : IDisposable
{
    private readonly IServiceProvider _services;
    private readonly Lazy<Task<RequestDelegate>> _scrape;

    // Not its own type: that would load OpenTelemetry with this class.
    private IDisposable? _provider;

    public MetricsPage(IServiceProvider services)
    {
        _services = services;
        // On a thread of its own: loading takes a while, and sockets are served on this one.
        _scrape = new(() => Task.Run(Build));
    }

    public async Task HandleAsync(HttpContext context)
    {
        var scrape = await _scrape.Value;
        await scrape(context);
    }

    public void Dispose() => _provider?.Dispose();

    private RequestDelegate Build()
    {
        var provider = _services.GetService<MeterProvider>();
        if (provider is null)
        {
            _provider = provider = MetricsExport.BuildForScrapes(_services.GetRequiredService<IMeterFactory>());
        }

        return new ApplicationBuilder(_services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(provider, static _ => true, null, null, null)
            .Build();
    }
}
