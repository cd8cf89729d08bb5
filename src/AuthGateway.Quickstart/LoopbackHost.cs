using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace AuthGateway.Quickstart;

/// <summary>A bare web host on 127.0.0.1: no configuration sources, so nothing in the environment changes it; warnings go to stderr.</summary>
internal static class LoopbackHost
{
    /// <summary>The host logs a failed start with its stack, and throws it too; whoever starts it says it in one line.</summary>
    public const string StartFailures = "Microsoft.Extensions.Hosting.Internal.Host";

    public static WebApplication Build(int port, Action<IServiceCollection> addServices, Action<ListenOptions>? configureListener = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "AuthGateway.Quickstart" });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning).AddFilter(StartFailures, LogLevel.None);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 200;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                configureListener?.Invoke(listen);
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        addServices(builder.Services);
        return builder.Build();
    }
}
