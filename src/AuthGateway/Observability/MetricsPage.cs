using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AuthGateway.Observability;

/// <summary>Answers a scrape in the Prometheus text format, or in OpenMetrics on request.</summary>
/// <remarks>The first scrape loads OpenTelemetry, unless the export by OTLP did.</remarks>
internal sealed class MetricsPage : IDisposable
{
    private readonly IServiceProvider _services;
    private Lazy<Task<RequestDelegate>> _scrape;

    // Not its own type: that would load OpenTelemetry with this class.
    private IDisposable? _provider;

    public MetricsPage(IServiceProvider services)
    {
        _services = services;
        _scrape = Prepare();
    }

    public async Task HandleAsync(HttpContext context)
    {
        var prepared = _scrape;
        try
        {
            await prepared.Value;
        }
        catch
        {
            // The next scrape tries again.
            Interlocked.CompareExchange(ref _scrape, Prepare(), prepared);
            throw;
        }

        await WriteAsync(context, await prepared.Value);
    }

    public void Dispose() => _provider?.Dispose();

    // The exporter lets no other scrape begin, and spins, until a response is written: a scraper
    // that does not read must not hold it.
    private static async Task WriteAsync(HttpContext context, RequestDelegate scrape)
    {
        var body = context.Response.Body;
        using var page = new MemoryStream();
        context.Response.Body = page;
        try
        {
            await scrape(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        await body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), context.RequestAborted);
    }

    // On a thread of its own: loading takes a while, and sockets are served on this one.
    private Lazy<Task<RequestDelegate>> Prepare() => new(() => Task.Run(Build));

    private RequestDelegate Build()
    {
        var provider = _services.GetService<MeterProvider>() ?? (MeterProvider?)_provider;
        if (provider is null)
        {
            _provider = provider = MetricsExport.BuildForScrapes(_services.GetRequiredService<IMeterFactory>());
        }

        return new ApplicationBuilder(_services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(provider, static _ => true, null, null, null)
            .Build();
    }
}
