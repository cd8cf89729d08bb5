using System.Security.Cryptography;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline;

/// <summary>
/// Writes the page of a failed login, with its code, a short reference and a link to the page first
/// requested. The log has the reference and the reason, never a token.
/// </summary>
internal sealed partial class LoginFailureWriter(
    ReturnUrl returnUrl, PageSender pages, GatewayMetrics metrics, ILogger<LoginFailureWriter> logger)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, LoginFailedException failure)
    {
        var kind = failure.Failure;
        var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        metrics.Login(kind.Code);
        LoginFailed(kind.Code, failure.Reason, reference, request.Peer?.ToString() ?? "unknown");
        if (kind.Status >= 500)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        return pages.SendAsync(
            context,
            request,
            kind.Status,
            LoginPages.Failed(kind, failure.Detail, GetRetryUrl(request, failure), reference));
    }

    private string GetRetryUrl(AccessRequest request, LoginFailedException failure)
    {
        var path = failure.ReturnPath ?? "/";
        return failure.Failure == LoginFailure.WrongScheme
            ? returnUrl.LoginAnyway(path)
            : failure.Failure == LoginFailure.WrongHost ? returnUrl.PublicAddressOf(request.Target)
            : returnUrl.LoginAgain(path, isFresh: failure.Failure.Status == 403);
    }

    [LoggerMessage(
        EventId = 121, Level = LogLevel.Warning,
        Message = "A login failed: {Code}: {Reason} Reference {Reference}, peer {Peer}.")]
    private partial void LoginFailed(string code, string reason, string reference, string peer);
}
