using AuthGateway.Configuration.Choices;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Sends the page that asks to confirm the logout, and the pages that refuse a logout.
/// </summary>
internal sealed class LogoutPage(
    SignOutTarget target, BrowserSession browser, EndSession endSession, BrowserData data, PageSender pages)
{
    /// <summary>The purpose that the proof in a form's address is bound to.</summary>
    public const string Purpose = "logout";

    /// <inheritdoc cref="SignOutTarget.Of"/>
    public string? TargetOf(AccessRequest request) => target.Of(request);

    public async Task ShowAsync(HttpContext context, AccessRequest request)
    {
        if (await browser.FindAsync(request, context.RequestAborted) is not { } live)
        {
            data.ClearCache(context.Response.Headers);
            await pages.SendAsync(context, request, 200, LoginPages.NotLoggedIn);
            return;
        }

        if (FetchMetadata.Refuses(request))
        {
            await pages.SendAsync(context, request, 403, LoginPages.LogoutInOwnTab(target.Urls.Prefix));
            return;
        }

        data.ForgetLogins(context.Response.Headers, request);

        var proof = FormProof.For(live.Id, Purpose)
            + (target.Of(request) is { } next ? "&rd=" + Uri.EscapeDataString(next) : "");
        PageForm[] forms = endSession.Mode switch
        {
            LogoutMode.Ask =>
            [
                Form("Log out everywhere", "provider", proof),
                Form("Log out of this application only", "local", proof) with { Primary = false },
            ],
            LogoutMode.Provider => [Form("Log out", "provider", proof)],
            _ => [Form("Log out", "local", proof)],
        };
        await pages.SendAsync(
            context, request, 200, LoginPages.Logout(live.Session.Identity.UserId, forms, endSession.Origins));
    }

    /// <summary>Answers a form without a valid proof with 401, with a page for a browser.</summary>
    public Task RefuseFormAsync(HttpContext context, AccessRequest request)
    {
        if (request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return pages.SendAsync(context, request, 401, LoginPages.LogoutUnproven(target.Urls.Prefix));
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private PageForm Form(string text, string mode, string proof) =>
        new(text, $"{target.Urls.LogoutPath}?mode={mode}&proof={proof}");
}
