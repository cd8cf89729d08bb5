using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Endpoints.Account;
using AuthGateway.Endpoints.ForwardAuth;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Logout;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AuthGateway.Endpoints;

/// <summary>
/// Everything below the prefix, and the callback: found on the raw bytes of the path, never by a router that folds case. What is not listed here is
/// 404 and never forwarded.
/// </summary>
internal sealed class GatewayEndpoints(
    GatewayOptions options, CallbackEndpoint callback, LoginEndpoint login, LoginForm loginForm, LogoutEndpoint logout, UserInfoEndpoint userInfo, MySessionsEndpoint mySessions, SiteEndpoint site,
    AuthRequestEndpoint verify, ForwardAuthEndpoint forwardAuth, BackChannelLogoutEndpoint backChannelLogout, PublicHostRule publicHost, DecisionWriter writer, LoginFailureWriter failures,
    BrowserSession browser, PageSender pages)
{
    /// <summary>Of the query of an address of ours; a provider sends about six.</summary>
    public const int MaxParameters = 100;
    private const long BodyLimit = 64 * 1024;
    private static readonly MinDataRate Slowest = new(240, TimeSpan.FromSeconds(5));
    private readonly string _prefix = options.Urls.Prefix;
    private readonly string _bare = options.Urls.Prefix.TrimEnd('/');

    /// <summary>True for the prefix, all below it (ambiguous spellings included) and the callback.</summary>
    public bool Owns(RequestTarget target)
    {
        var path = target.Path;
        return path.StartsWith(_prefix, StringComparison.Ordinal) || path.SequenceEqual(_bare) || path.SequenceEqual(options.Urls.CallbackPath)
            || IsVerify(path) || (options.Access.LegacyProfile && path is "/logout");
    }

    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (IsTooLarge(context))
        {
            await PlainText.WriteAsync(context, 413, "The request body is too large.\n");
            return;
        }

        SecurityHeaders.Secure(context.Response.Headers);
        if (!IsVerify(request.Target.Path) && request.Target.Query.Count('&') >= MaxParameters)
        {
            await PlainText.WriteAsync(context, 400, $"The address has more than {MaxParameters} parameters.\n");
            return;
        }

        try
        {
            await DispatchAsync(context, request);
        }
        catch (LoginFailedException e)
        {
            await failures.WriteAsync(context, request, e);
        }
        catch (StoreUnavailableException)
        {
            await writer.WriteAsync(context, request, new AccessDecision.Unavailable(StoreUnavailableException.ForVisitors));
        }
    }

    private Task DispatchAsync(HttpContext context, AccessRequest request)
    {
        var path = request.Target.Path;
        if (path.SequenceEqual(options.Urls.CallbackPath) || path.SequenceEqual(options.Urls.DefaultCallbackPath))
        {
            return TakeBackAsync(context, request);
        }

        if (IsVerify(path))
        {
            return verify.HandleAsync(context, request, request.Target.Raw[options.Urls.VerifyPath.Length..]);
        }

        if (options.Access.LegacyProfile && path is "/logout")
        {
            return logout.HandleLegacyAsync(context, request);
        }

        return path.StartsWith(_prefix, StringComparison.Ordinal) ? DispatchBelowPrefixAsync(context, request, path[_prefix.Length..].ToString()) : NotFoundAsync(context, request);
    }

    private Task DispatchBelowPrefixAsync(HttpContext context, AccessRequest request, string rest) => rest switch
    {
        "login" => LoginAsync(context, request),
        "logout" => logout.HandleAsync(context, request),
        "logged-in" when request.IsGetOrHead => ShowLoggedInAsync(context, request),
        FragmentScript.Name when options.Pages.KeepFragment => SendScriptAsync(context, request),
        "userinfo" => userInfo.HandleJsonAsync(context, request),
        "" => mySessions.HandleAsync(context, request),
        "backchannel-logout" => backChannelLogout.HandleAsync(context, request),
        "forward-auth" => request.EntryPoint == EntryPoint.ExtAuthz ? forwardAuth.RefuseAtChecksAsync(context, request) : forwardAuth.HandleAsync(context, request),
        _ when rest.StartsWith("site/", StringComparison.Ordinal) => site.HandleAsync(context, request, rest),
        _ => NotFoundAsync(context, request),
    };

    private Task TakeBackAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "GET")
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        // Before anything is consumed: the visit itself may still come.
        if (!IsNoVisit(request))
        {
            return callback.HandleAsync(context, request);
        }

        const string Text = "A login ends in a page of its own.";
        return NavigationRule.Classify(request) == NavigationKind.Frame
            ? pages.SendAsync(context, request, 403, RefusalPages.Notice("Log in in a tab of its own", "own_tab_only", Text, new("Log in", options.Urls.Prefix + "login?return_url=%2F", WholeWindow: true)))
            : PlainText.WriteAsync(context, 403, Text + "\n");
    }

    private async Task LoginAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method is not ("GET" or "POST"))
        {
            await PlainText.WriteBadMethodAsync(context);
            return;
        }

        if (IsNoVisit(request))
        {
            await writer.WriteAsync(context, request, AccessDecision.LoginRequired.Instance);
            return;
        }

        switch (publicHost.Judge(request))
        {
            case PublicHostResult.SendTo sendTo:
                sendTo.Write(context);
                return;
            case PublicHostResult.Loop(var failure) when failure != LoginFailure.WrongScheme || !request.Target.Query.Contains("&anyway=1", StringComparison.Ordinal):
                throw DecisionWriter.Loop(failure, request, "/");
            default:
                await BeginAsync(context, request);
                return;
        }
    }

    private async Task BeginAsync(HttpContext context, AccessRequest request)
    {
        var (form, flaw) = await loginForm.ReadAsync(context, request);
        switch (flaw)
        {
            case LoginFormFlaw.NotInACheck:
                const string Text = "This login was asked for by a form (POST). Behind Envoy no form reaches the gateway, so nothing of it was read. Whoever links here: use GET, with the same parameters in the address.";
                await pages.SendAsync(context, request, 400, RefusalPages.Notice("Log in by a link", "login_form_lost", Text, new("Log in", options.Urls.Prefix + "login?return_url=%2F", WholeWindow: true)));
                return;
            case LoginFormFlaw.OtherType:
                await PlainText.WriteAsync(context, 415, "The body of a login is a form (application/x-www-form-urlencoded), or there is none.\n");
                return;
            case LoginFormFlaw.TooMany:
                await PlainText.WriteAsync(context, 400, $"The form has more than {MaxParameters} parameters.\n");
                return;
            default:
                await login.HandleAsync(context, request, form);
                return;
        }
    }

    // With partitioned cookies a login may run inside the frame of another site.
    private bool IsNoVisit(AccessRequest request) => NavigationRule.IsNoVisit(request)
        && !(options.Session.CookiePartitioned && NavigationRule.Classify(request) == NavigationKind.Frame);

    private async Task ShowLoggedInAsync(HttpContext context, AccessRequest request) =>
        await pages.SendAsync(context, request, 200, await browser.FindAsync(request, context.RequestAborted) is null ? LoginPages.NotLoggedIn : LoginPages.LoggedIn);

    private static Task SendScriptAsync(HttpContext context, AccessRequest request)
    {
        if (!request.IsGetOrHead)
        {
            return PlainText.WriteBadMethodAsync(context);
        }

        context.Response.StatusCode = PageSender.StatusFor(request.EntryPoint, 200);
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = FragmentScript.Content.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(FragmentScript.Content).AsTask();
    }

    private bool IsVerify(ReadOnlySpan<char> path)
    {
        var verifyPath = options.Urls.VerifyPath;
        return path.StartsWith(verifyPath, StringComparison.Ordinal) && (path.Length == verifyPath.Length || path[verifyPath.Length] == '/');
    }

    // Proxied routes have no limits of ours; our own pages keep Kestrel's usual ones.
    private static bool IsTooLarge(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyLimit;
        }

        // Over HTTP/2 the rate cannot be set for one request: setting it throws.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = Slowest;
        }

        return context.Request.ContentLength > BodyLimit;
    }

    private Task NotFoundAsync(HttpContext context, AccessRequest request) => NavigationRule.Classify(request) == NavigationKind.TopLevel && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        ? pages.SendAsync(context, request, 404, RefusalPages.Notice("404 page not found", "not_found", "This gateway has no such page.", new("Home", options.Urls.HomepageUrl, WholeWindow: true)))
        : PlainText.WriteAsync(context, 404, "404 page not found\n");
}
