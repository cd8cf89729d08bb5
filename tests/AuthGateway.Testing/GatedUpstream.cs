using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AuthGateway.Testing;

/// <summary>An application whose answers wait for the test: <c>/slow</c>, <c>/download</c> (two halves), <c>/upload</c> (counts), <c>/sse</c>, <c>/ws</c>.</summary>
internal sealed class GatedUpstream : IAsyncDisposable
{
    public const int Half = 200_000;
    private readonly WebApplication _app;
    private int _begun;

    private GatedUpstream(WebApplication app) => _app = app;

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Requests that have arrived.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<GatedUpstream> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestHeadersTotalSize = 1024 * 1024;
            // A byte a second is a notebook's right.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var upstream = new GatedUpstream(builder.Build());
        upstream._app.UseWebSockets();
        upstream._app.Run(upstream.AnswerAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        Gate.TrySetResult();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _begun);
        switch (context.Request.Path.Value)
        {
            case "/ws" or "/public/ws":
                using (await context.WebSockets.AcceptWebSocketAsync())
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                break;
            case "/sse" or "/public/sse":
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: one\n\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "/download":
                context.Response.ContentLength = 2 * Half;
                await context.Response.Body.WriteAsync(new byte[Half]);
                await context.Response.Body.FlushAsync();
                await Gate.Task;
                await context.Response.Body.WriteAsync(new byte[Half]);
                break;
            case "/upload" or "/upload/public" or "/upload/mine":
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body);
                    await context.Response.WriteAsync($"{body.Length}");
                }

                break;
            default:
                await Gate.Task;
                await context.Response.WriteAsync("late");
                break;
        }
    }
}
