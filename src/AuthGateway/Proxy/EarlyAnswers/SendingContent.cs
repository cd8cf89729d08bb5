using System.Net;

namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>A request body that reports when it has been sent completely.</summary>
internal sealed class SendingContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly EarlyAnswer _request;

    public SendingContent(HttpContent inner, EarlyAnswer request)
    {
        _inner = inner;
        _request = request;
        foreach (var header in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await _inner.CopyToAsync(stream, context, cancellationToken);
        _request.BodySent();
    }

    protected override bool TryComputeLength(out long length)
    {
        // The copied Content-Length header holds the length where it is known.
        length = -1;
        return false;
    }
}
