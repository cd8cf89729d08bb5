using System.Net.Http.Headers;

namespace AuthGateway.Oidc;

/// <summary>
/// Looks at each answer of the provider before anybody else does: an object that <see cref="StrictJson"/> refuses is taken for no JSON, and what it passes
/// is read as UTF-8 whatever the header claims (RFC 8259 §8.1).
/// </summary>
/// <param name="maxBytes">Larger answers are an error, bytes.</param>
internal sealed class SoundAnswers(long maxBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
            Judge(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void Judge(HttpResponseMessage response, byte[] body)
    {
        var text = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        if (!text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return;
        }

        if (StrictJson.ReadObject(text) is null)
        {
            var type = response.Content.Headers.ContentType;
            response.Content.Dispose();
            response.Content = new ByteArrayContent("no sound JSON"u8.ToArray()) { Headers = { ContentType = type } };
        }
        else if (response.Content.Headers.ContentType is { } claimed)
        {
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(claimed.MediaType ?? "application/json", "utf-8");
        }
    }
}
