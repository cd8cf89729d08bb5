using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Callback;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// The callback's address: accepts only GET by a top-level visit. Any other request is refused
/// before the state is consumed, because the visit itself may still come.
/// </summary>
internal sealed class CallbackVisit(UrlOptions urls, VisitRule visits, CallbackEndpoint callback, PageSender pages)
{
    private const string Text = "A login ends in a page of its own.";

    public Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "GET")
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        if (visits.Allows(request))
        {
            return callback.HandleAsync(context, request);
        }

        return NavigationRule.Classify(request) == NavigationKind.Frame
            ? pages.SendAsync(context, request, 403, RefusalPages.Notice(
                "Log in in a tab of its own",
                "own_tab_only",
                Text,
                new("Log in", urls.LoginUrl("/"), WholeWindow: true)))
            : PlainText.WriteAsync(context, 403, Text + "\n");
    }
}
