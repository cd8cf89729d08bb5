using AuthGateway.Configuration;
using AuthGateway.Endpoints;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Reads the single <c>logout_token</c> of a form body (OIDC Back-Channel Logout 1.0 §2.5).
/// <see cref="GatewayEndpoints"/> limits the size of the body.
/// </summary>
internal sealed class LogoutTokenForm(UrlOptions urls, ServerOptions server)
{
    private const string Name = "logout_token";

    /// <summary>
    /// The limit for the whole body, over HTTP/2 too: 10 s, or <c>STRANGER_TIMEOUT</c> when that is
    /// shorter.
    /// </summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(10);

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 16,
        KeyLengthLimit = 256,
        ValueLengthLimit = 64 * 1024,
        BufferBody = false,
    };

    /// <returns>The token, or a sentence with the reason why there is none.</returns>
    /// <exception cref="BadHttpRequestException">
    /// The body is too large, too slow or incomplete.
    /// </exception>
    public async Task<(string? Token, string Reason)> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return (
                null,
                "No logout token arrived. A check at Envoy carries no body: give the provider the address of the "
                + $"gateway's own Service (http://<service>.<namespace>{urls.Prefix}backchannel-logout), "
                + "not the public one.");
        }

        if (!context.Request.HasFormContentType
            || context.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            || !IsUtf8(context.Request))
        {
            return (null, "The body is no application/x-www-form-urlencoded form in UTF-8.");
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            var timeout = server.Limits.StrangerTimeout < BodyTimeout ? server.Limits.StrangerTimeout : BodyTimeout;
            limit.CancelAfter(timeout);
            var form = await new FormFeature(context.Request, Limits).ReadFormAsync(limit.Token);
            return form.TryGetValue(Name, out var values) && values is [{ Length: > 0 } token]
                ? (token, "")
                : (null, "The form must hold one logout_token.");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout);
        }
        catch (InvalidDataException)
        {
            return (null, "The form cannot be read.");
        }
    }

    // Reading the form would fail for some other encodings that .NET knows only by name.
    private static bool IsUtf8(HttpRequest request) =>
        request.GetTypedHeaders().ContentType is { } type
        && (!type.Charset.HasValue
            || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
