using System.Net;
using System.Text;

namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// Wraps the upstream connections for requests with a body. Over HTTP/1.1 an error response that
/// arrives before the end of the body is handled at once. Over HTTP/2 a small body is buffered, so
/// that a request which the upstream did not process can be sent again. Requests without a body
/// pass unchanged.
/// </summary>
internal sealed class UpstreamHandler : DelegatingHandler
{
    /// <summary>
    /// Largest body that is buffered before a request to an HTTP/2 upstream: 64 KiB.
    /// </summary>
    public const int SmallBody = 64 * 1024;

    // RFC 9113 §7.
    private const long NoError = 0;
    private const long RefusedStream = 7;

    private const int MostAttempts = 5;

    private UpstreamHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <summary>Wraps a handler with both behaviours.</summary>
    public static HttpMessageHandler Around(SocketsHttpHandler handler)
    {
        handler.PlaintextStreamFilter = static (context, _) =>
            new(context.NegotiatedHttpVersion.Major == 1
                ? new EarlyAnswerStream(context.PlaintextStream)
                : context.PlaintextStream);
        return new UpstreamHandler(handler);
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } body)
        {
            return base.SendAsync(request, cancellationToken);
        }

        return request.Version.Major >= 2
            && body.Headers.ContentLength is > 0 and <= SmallBody
            && request.Headers.ExpectContinue is not true
            ? SendReplayableAsync(request, body, cancellationToken)
            : SendListeningAsync(request, body, cancellationToken);
    }

    // GOAWAY with a lower stream id, or REFUSED_STREAM, means that the request was not processed
    // (RFC 9113 §8.7). The handler retries such a request when its body can be read again.
    private async Task<HttpResponseMessage> SendReplayableAsync(
        HttpRequestMessage request, HttpContent body, CancellationToken cancellationToken)
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
                // The handler itself fails when the frame arrives while the body is being written.
            }
        }
    }

    // NO_ERROR alone can also come with a reset. Only a closed connection (GOAWAY) guarantees that
    // streams above the last one were not processed.
    private static bool IsUnprocessed(HttpRequestException failure) =>
        failure.InnerException is HttpProtocolException error
        && (error.ErrorCode == RefusedStream
            || (error.ErrorCode == NoError
                && error.Message.Contains("closed the connection", StringComparison.Ordinal)));

    private async Task<HttpResponseMessage> SendListeningAsync(
        HttpRequestMessage request, HttpContent body, CancellationToken cancellationToken)
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

    // The response is parsed by the same code as every other, from a connection that has only this
    // one.
    private static async Task<HttpResponseMessage> ReadAsync(
        HttpRequestMessage request, Stream answer, CancellationToken cancellationToken)
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
