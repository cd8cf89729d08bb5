using AuthGateway.Configuration;
using AuthGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// Reads the form of a login that a third party begins by POST (OIDC Core §4). A form that cannot
/// be read is refused, never ignored, because it names the issuer and the target.
/// </summary>
internal sealed class LoginForm(ServerOptions server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>
    /// The form as a query without its question mark, empty for a request without one; or why it is
    /// refused.
    /// </returns>
    /// <exception cref="BadHttpRequestException">
    /// The body is too large, too slow or incomplete.
    /// </exception>
    public async ValueTask<(string Text, LoginFormError? Error)> ReadAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "POST")
        {
            return ("", null);
        }

        if (context.Request.ContentLength is 0
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return ("", request.EntryPoint == EntryPoint.ExtAuthz ? LoginFormError.NotInACheck : null);
        }

        if (context.Request.GetTypedHeaders().ContentType?.MediaType.Equals(
            "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return ("", LoginFormError.OtherType);
        }

        var text = await ReadTextAsync(context);

        // Checked before the form is split, which would be expensive for a long one.
        return text.AsSpan().Count('&') >= GatewayEndpoints.MaxParameters ? ("", LoginFormError.TooMany) : (text, null);
    }

    private async Task<string> ReadTextAsync(HttpContext context)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(server.Limits.StrangerTimeout < Patience ? server.Limits.StrangerTimeout : Patience);
            using var reader = new StreamReader(context.Request.Body);
            return await reader.ReadToEndAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout);
        }
    }
}
