using System.Text.Json;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Receives logout tokens: <c>POST P/backchannel-logout</c> (OIDC Back-Channel Logout 1.0 §2.5 to
/// §2.8).
/// </summary>
/// <remarks>
/// Responds 200, on the ext_authz listener 204 (200 would allow the request). Every error, an
/// unavailable store included, is 400 with a sentence. A token for an unknown session is answered
/// like one for an ended session.
/// </remarks>
internal sealed class BackChannelLogoutEndpoint(
    LogoutTokenForm form,
    LogoutTokenValidator validator,
    SessionLifecycle sessions,
    GatewayMetrics metrics,
    ILogger<BackChannelLogoutEndpoint> logger)
{
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "POST")
        {
            context.Response.Headers.Allow = "POST";
            await PlainText.WriteBadMethodAsync(context);
            return;
        }

        try
        {
            var (token, reason) = await form.ReadAsync(context);
            var problem = token is null ? reason : await ProcessAsync(token);
            metrics.LogoutToken(problem is null ? "accepted" : "refused");
            await (problem is null ? Confirm(context, request) : RefuseAsync(context, problem));
        }
        catch (BadHttpRequestException e)
        {
            await PlainText.WriteAsync(context, e.StatusCode, "The request body cannot be read.\n");
        }
    }

    /// <returns>The error; null when the sessions have ended.</returns>
    private async Task<string?> ProcessAsync(string token)
    {
        switch (await validator.ValidateAsync(token))
        {
            case LogoutTokenResult.Valid(var notice):
                return await EndAsync(notice);
            case LogoutTokenResult.Refused(var reason):
                return reason;
            default:
                throw new InvalidOperationException("An unknown result of the validation.");
        }
    }

    private async Task<string?> EndAsync(LogoutNotice notice)
    {
        try
        {
            // Not the request's cancellation token: the session ends even when the provider closes
            // the connection early.
            switch (await sessions.EndByProviderAsync(notice, CancellationToken.None))
            {
                case null:
                    return "The session it names (sid) belongs to another user (sub).";
                case { IsReplay: true }:
                    return "It was used before (jti).";
                case { Ended: var ended }:
                    logger.LogInformation(
                        "The provider ended {Count} session(s) by {Claim}.",
                        ended.Count,
                        notice.ProviderSessionId is null ? "sub" : "sid");
                    return null;
            }
        }
        catch (StoreUnavailableException)
        {
            return "The session store does not answer. What is in memory has ended; "
                + "the rest ends as soon as the store is back.";
        }
    }

    private static Task Confirm(HttpContext context, AccessRequest request)
    {
        context.Response.StatusCode = request.EntryPoint == EntryPoint.ExtAuthz
            ? StatusCodes.Status204NoContent
            : StatusCodes.Status200OK;
        return Task.CompletedTask;
    }

    private Task RefuseAsync(HttpContext context, string reason)
    {
        logger.LogWarning("A logout token was refused: {Reason}", reason);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new LogoutRefusal("invalid_request", reason), LogoutRefusalJson.Default.LogoutRefusal);
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
