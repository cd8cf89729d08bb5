using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Observability;
using AuthGateway.Oidc;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline;

/// <summary>The page of a failed login, with its code and a retry link; the log names the cause once, never a token.</summary>
internal sealed class LoginFailureWriter(UrlOptions urls, PageSender pages, GatewayMetrics metrics, ILogger<LoginFailureWriter> logger)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, LoginFailedException failure)
    {
        metrics.Login(failure.Failure.Code);
        logger.LogWarning("A login failed: {Code} ({Cause}).", failure.Failure.Code, failure.InnerException?.GetType().Name ?? "refused");
        var retry = urls.Prefix + "login?return_url=%2F" + (failure.Failure.Status == 403 ? "&prompt=login" : "");
        return pages.SendAsync(context, request, failure.Failure.Status, LoginPages.Failed(failure.Failure, failure.Detail, retry));
    }
}
