using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AuthGateway.Quickstart.App;

/// <summary>
/// A small Kubeflow-like application that believes <c>kubeflow-userid</c>, on 127.0.0.1. <c>/headers</c> (also below any path:
/// <c>/public/headers</c>), <c>/dashboard</c>, <c>/notebook/</c>, <c>/ws</c>, <c>/sse</c>, <c>/upload</c> and <c>/download</c> show what a gateway does to requests.
/// </summary>
internal sealed class SampleApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleApp(WebApplication app) => _app = app;

    /// <summary><c>http://127.0.0.1:port/</c></summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="port">0 picks a free one; one that is taken is an <see cref="IOException"/>.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<SampleApp> StartAsync(int port = 0, CancellationToken cancellationToken = default)
    {
        var app = LoopbackHost.Build(port, _ => { }, RecordingConnection.Use);
        app.Use(next => context => RecordingConnection.AroundAsync(context, next));
        app.UseWebSockets();
        Map(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new SampleApp(app);
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.MapGet("/", (Delegate)HomePage.Show);
        app.MapGet("/dashboard", DashboardPage.Show);
        app.MapGet("/notebook/", (Delegate)NotebookPage.Show);
        app.Map("/ws", context => EchoSocket.HandleAsync(context, stopping));
        app.MapGet("/socket", SocketPage.Show);
        app.MapGet("/sse", context => TickStream.HandleAsync(context, stopping));
        app.Map("/upload", (Delegate)Transfers.CountAsync);
        app.MapGet("/download", Transfers.StreamAsync);
        app.Map("/{**path}", (Delegate)ShowAnything);
    }

    private static IResult ShowAnything(HttpContext context) => context.Request.Path.Value!.EndsWith("/headers", StringComparison.Ordinal)
        ? Results.Json(context.Features.Get<RawHeaders>()!.Lines)
        : HomePage.Show(context);
}
