using AuthGateway.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace AuthGateway.Observability;

/// <summary>
/// Logs one line per event to the console. ASP.NET Core and YARP log warnings and errors only, so a
/// request costs no line.
/// </summary>
internal static class GatewayLogging
{
    /// <summary>Adds the console logger with its filters and limits.</summary>
    public static void AddGatewayLogging(this ILoggingBuilder logging, ServerOptions server)
    {
        logging.AddConsole(server);
        // A blocked console must not stop requests. Lines that do not fit into the queue are
        // dropped, and the console logger reports how many.
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        var plain = logging.Services.Single(
            service => service.ServiceType == typeof(ILoggerProvider)
                && service.ImplementationType == typeof(ConsoleLoggerProvider));
        logging.Services.Remove(plain);
        logging.Services
            .AddSingleton(new QuietLog(server))
            .AddSingleton<ILoggerProvider>(
                services => new QuietLogProvider(
                    ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(services),
                    services.GetRequiredService<QuietLog>()));
    }

    private static void AddConsole(this ILoggingBuilder logging, ServerOptions server) => logging
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .SetMinimumLevel(server.LogLevel)
        .AddFilter("Microsoft", LogLevel.Warning)
        // With this category off, the host creates no Activity per request.
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
        // A failed start also throws, and the command line prints its reason. Failures of a running
        // host are critical.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        .AddFilter("Yarp", LogLevel.Warning)
        // UpstreamErrors logs the same in one line.
        .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.None);
}
