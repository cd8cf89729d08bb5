using System.Net;
using System.Text;

namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// Around the connections to an upstream, for requests with a body: an error that comes before the body is out is heard at once (HTTP/1.1), and a small body is read first,
/// so that a request which the upstream did not process can be sent again (HTTP/2). Requests without a body pass as they are.
/// </summary>
internal sealed class UpstreamHandler : DelegatingHandler
{
    /// <summary>A body of at most so many bytes is read before the request goes to an HTTP/2 upstream: 64 KiB.</summary>
    public const int SmallBody = 64 * 1024;

    // RFC 9113 §7.
    private const long NoError = 0;
    private const long RefusedStream = 7;

    private const int MostAttempts = 5;

    private UpstreamHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <summary>The handler with both.</summary>
    public static HttpMessageHandler Around(SocketsHttpHandler handler)
    {
        handler.PlaintextStreamFilter = static (context, _) => new(context.NegotiatedHttpVersion.Major == 1 ? new EarlyAnswerStream(context.PlaintextStream) : context.PlaintextStream);
        return new UpstreamHandler(handler);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } body)
        {
            return base.SendAsync(request, cancellationToken);
        }

        return request.Version.Major >= 2 && body.Headers.ContentLength is > 0 and <= SmallBody && request.Headers.ExpectContinue is not true
            ? SendReplayableAsync(request, body, cancellationToken)
            : SendListeningAsync(request, body, cancellationToken);
    }

    // GOAWAY above our stream, or REFUSED_STREAM, say that nothing was processed (RFC 9113 §8.7): the handler sends such a request again when its body can be read again.
    private async Task<HttpResponseMessage> SendReplayableAsync(HttpRequestMessage request, HttpContent body, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream((int)body.Headers.ContentLength!.Value);
        await body.CopyToAsync(bytes, cancellationToken);
        var whole = new ByteArrayContent(bytes.GetBuffer(), 0, (int)bytes.Length);
        foreach (var header in body.Headers.NonValidated)
        {
            whole.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        request.Content = whole;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (attempt < MostAttempts && IsUnprocessed(e))
            {
                // The handler itself gives up when the word comes while the body is being written.
            }
        }
    }

    // Of the two, NO_ERROR alone is also what a reset may say: only a closed connection (GOAWAY) says that the streams above its last one were not looked at.
    private static bool IsUnprocessed(HttpRequestException failure) => failure.InnerException is HttpProtocolException said
        && (said.ErrorCode == RefusedStream || (said.ErrorCode == NoError && said.Message.Contains("closed the connection", StringComparison.Ordinal)));

    private async Task<HttpResponseMessage> SendListeningAsync(HttpRequestMessage request, HttpContent body, CancellationToken cancellationToken)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var early = new EarlyAnswer(sending);
        EarlyAnswer.Current = early;
        request.Content = new SendingContent(body, early);
        try
        {
            return await base.SendAsync(request, sending.Token);
        }
        catch (Exception) when (early.Answer is not null && !cancellationToken.IsCancellationRequested)
        {
            await early.Stopping;
            return await ReadAsync(request, early.Answer, cancellationToken);
        }
        finally
        {
            EarlyAnswer.Current = null;
        }
    }

    // The answer is read by the same code as every other, from a connection that has only this one.
    private static async Task<HttpResponseMessage> ReadAsync(HttpRequestMessage request, Stream answer, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = (_, _) => new(answer),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        }, disposeHandler: false);
        using var asked = new HttpRequestMessage(request.Method, "http://early.invalid/");
        return await invoker.SendAsync(asked, cancellationToken);
    }
}
