using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthGateway.Tests.Forwarding;

/// <summary>An application with a certificate of its own, which answers with the protocol and the connection's name.</summary>
internal static class TlsApp
{
    public static async Task<WebApplication> StartAsync(string folder)
    {
        var files = new Dictionary<string, string>();
        TlsFiles.Use(files, folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.UseHttps(X509Certificate2.CreateFromPemFile(files["TLS_CERT_FILE"], files["TLS_KEY_FILE"]))));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync($"{context.Features.Get<ITlsHandshakeFeature>()?.Protocol ?? SslProtocols.None} {context.Connection.Id}"));
        await app.StartAsync();
        return app;
    }
}
