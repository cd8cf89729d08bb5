using System.Text;
using AuthGateway.Hosting;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace AuthGateway.Benchmarks.Targets;

/// <summary>One peer of the gateway, alone in its process: <c>upstream</c>, <c>yarp</c> or <c>empty</c>. Ends with SIGTERM.</summary>
internal static class TargetHost
{
    public static async Task<int> RunAsync(string name, int port, string? upstream)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(server => Open(server, port));
        AddLogging(builder.Logging);

        switch (name)
        {
            case "yarp": BareYarp.AddTo(builder, upstream ?? throw new ArgumentException("yarp needs an upstream.")); break;
            case "upstream" or "empty": break;
            default: throw new ArgumentException($"Unknown target '{name}'.");
        }

        await using var app = builder.Build();
        switch (name)
        {
            case "yarp": BareYarp.MapOn(app); break;
            case "upstream": app.Run(UpstreamAnswer.WriteAsync); break;
            default: app.Run(static context => Task.CompletedTask); break;
        }

        await app.RunAsync();
        return 0;
    }

    /// <summary>The settings of the gateway's own listeners (KestrelListeners).</summary>
    private static void Open(KestrelServerOptions server, int port)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MinRequestBodyDataRate = null;
        server.Limits.MinResponseDataRate = null;
        server.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        server.Limits.MaxRequestHeaderCount = 128;
        server.Limits.MaxRequestLineSize = 62 * 1024;
        server.Limits.MaxRequestBufferSize = 1024 * 1024;
        server.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        server.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>As quiet as the gateway (GatewayLogging): a request costs no line.</summary>
    private static void AddLogging(ILoggingBuilder logging) => logging
        .AddSimpleConsole(static console => console.ColorBehavior = LoggerColorBehavior.Disabled)
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
        .AddFilter("Yarp", LogLevel.Warning);
}
