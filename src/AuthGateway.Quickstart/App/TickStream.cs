using System.Globalization;

namespace AuthGateway.Quickstart.App;

/// <summary><c>/sse?interval=ms&amp;count=n</c>: numbered events, the first at once, by default one a second without end.</summary>
internal static class TickStream
{
    public static async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        var interval = TimeSpan.FromMilliseconds(Math.Max(1, Transfers.Number(context, "interval") ?? 1000));
        var count = Transfers.Number(context, "count") ?? long.MaxValue;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        using var timer = new PeriodicTimer(interval);
        try
        {
            for (var tick = 1L; tick <= count; tick++)
            {
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {tick}\ndata: tick {tick}\n\n"), ends.Token);
                await context.Response.Body.FlushAsync(ends.Token);
                if (tick < count)
                {
                    await timer.WaitForNextTickAsync(ends.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the application stops: the stream ends here.
        }
    }
}
