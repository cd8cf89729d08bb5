using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthGateway.Quickstart.App;

/// <summary>Puts a <see cref="HeadRecorder"/> on every connection of a listener and around every request.</summary>
internal static class RecordingConnection
{
    public static void Use(ListenOptions listen) => listen.Use(next => connection =>
    {
        var recorder = new HeadRecorder();
        connection.Features.Set(recorder);
        connection.Transport = new Duplex(new RecordingReader(connection.Transport.Input, recorder), connection.Transport.Output);
        return next(connection);
    });

    /// <summary>Reads the header lines of this request, then records the next one.</summary>
    public static async Task AroundAsync(HttpContext context, RequestDelegate next)
    {
        var recorder = context.Features.Get<HeadRecorder>()!;
        context.Features.Set(new RawHeaders(recorder.TakeLines()));
        try
        {
            await next(context);
            await DrainAsync(context.Request, context.RequestAborted);
        }
        finally
        {
            recorder.Restart();
        }
    }

    // What a handler left of the body would stand in front of the next request's head.
    private static Task DrainAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0 ? request.Body.CopyToAsync(Stream.Null, cancellationToken) : Task.CompletedTask;

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
