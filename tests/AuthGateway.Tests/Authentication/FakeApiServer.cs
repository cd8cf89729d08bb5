using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Authentication.Kubernetes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AuthGateway.Tests.Authentication;

/// <summary>A Kubernetes API server over TLS that says yes to each review and records who asked.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeApiServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<ApiCall> Calls { get; } = new();

    /// <summary>Given: the body of each answer.</summary>
    public string? Body { get; set; }

    /// <summary>What it shows on new connections.</summary>
    public X509Certificate2 Certificate { get; set; } = null!;

    public static async Task<FakeApiServer> StartAsync(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        FakeApiServer server = null!;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => new(new SslServerAuthenticationOptions
                    {
                        ServerCertificate = server.Certificate,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    }),
                });
            }
        }));
        server = new FakeApiServer(builder.Build()) { Certificate = certificate! };
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.First());
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Calls.Enqueue(new ApiCall(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.Authorization.ToString(),
            context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "",
            (await context.Connection.GetClientCertificateAsync())?.Subject ?? "",
            await reader.ReadToEndAsync()));
        context.Response.StatusCode = context.Request.Method == "POST" ? 201 : 404;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Body ?? """{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":{"creationTimestamp":null},"status":{"authenticated":true,"user":{"username":"ann","groups":["a"],"extra":{"x":["y"]}},"audiences":["here"]}}""");
    }
}

/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request.</param>
/// <param name="Authorization">Header.</param>
/// <param name="ServerName">SNI.</param>
/// <param name="Certificate">Subject of the client's certificate; empty without one.</param>
/// <param name="Body">As it came.</param>
internal sealed record ApiCall(string Method, string Path, string Authorization, string ServerName, string Certificate, string Body);
