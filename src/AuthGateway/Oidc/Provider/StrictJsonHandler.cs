using System.Net.Http.Headers;
using System.Text.Json;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Rejects provider responses with ambiguous JSON (<see cref="StrictJson"/>) before any parser
/// reads them. Bodies are always read as UTF-8 (RFC 8259 §8.1), whatever charset the header names.
/// The body of an ambiguous or invalid JSON response is replaced by text that is not JSON. A valid
/// JSON object becomes <c>application/json</c>, whatever type the header names: some readers accept no
/// other. A type that names a JWT is kept.
/// </summary>
/// <param name="maxBytes">The largest response in bytes; a larger one is an error.</param>
internal sealed class StrictJsonHandler(long maxBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var calls = ProviderCalls.Current;
        calls?.Sent(request);
        var response = await base.SendAsync(request, cancellationToken);
        calls?.Answered((int)response.StatusCode);
        try
        {
            await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
            ReplaceContent(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void ReplaceContent(HttpResponseMessage response, byte[] body)
    {
        var text = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        var type = response.Content.Headers.ContentType?.MediaType;
        var isJson = text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
            || type?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;
        if (isJson && body.Length > 0)
        {
            if (StrictJson.ReadObject(text) is null)
            {
                text = "no sound JSON"u8.ToArray();
            }
            else if (type?.EndsWith("jwt", StringComparison.OrdinalIgnoreCase) != true)
            {
                type = "application/json";
            }
        }

        response.Content.Dispose();
        response.Content = new ReadOnlyMemoryContent(text);
        if (type is not null)
        {
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(type, "utf-8");
        }
    }
}
