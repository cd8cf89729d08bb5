using AuthGateway.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace AuthGateway.Observability;

/// <summary>One line an event on the console; the framework and YARP speak only when something is wrong, so a request costs no line.</summary>
internal static class GatewayLogging
{
    public static void AddGatewayLogging(this ILoggingBuilder logging, ServerOptions server)
    {
        logging.AddConsole(server);
        // A log that nobody reads must stop no request: what does not fit into the queue is dropped, and the console says how many lines.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        var plain = logging.Services.Single(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        logging.Services.Remove(plain);
        logging.Services
            .AddSingleton(new QuietLog(server))
            .AddSingleton<ILoggerProvider>(services => new QuietLogProvider(ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(services), services.GetRequiredService<QuietLog>()));
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
        // Only while this category is off does the host make no Activity for each request.
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
        // A failed start is thrown too, and the command line says it in one sentence; what ends a running host is critical.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        .AddFilter("Yarp", LogLevel.Warning)
        // UpstreamErrors says the same in one line.
        .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.None)
        .AddFilter("Polly", LogLevel.None);
}
