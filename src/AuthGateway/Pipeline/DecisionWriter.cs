using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Pages;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Pipeline;

/// <summary>Writes every refusal, on every door: a visit goes to the provider, anything else gets 401; 403, 400 and 503 as contracted.</summary>
internal sealed class DecisionWriter(
    GatewayOptions options, LoginStarter login, LoginCounter counter, ReturnUrl returnUrl, PublicHostRule publicHost, GatewayCookies cookies, ProviderMetadata metadata, ProviderPath provider,
    LoginFailureWriter failures, PageSender pages, SessionLifecycle sessions, EndReasons reasons, PublicOrigin scheme, MachineRefusals machines, SessionTraces traces,
    RequestLog log, GatewayMetrics metrics)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request, AccessDecision decision)
    {
        await AnswerAsync(context, request, decision);
        metrics.Refusal(context.Response.StatusCode);
        log.Refused(request, context.Response.StatusCode);
    }

    private Task AnswerAsync(HttpContext context, AccessRequest request, AccessDecision decision) => decision switch
    {
        AccessDecision.LoginRequired => DemandLoginAsync(context, request),
        AccessDecision.Unauthorized(var error, var description) => Unauthorized.WriteTokenErrorAsync(context, error, description),
        AccessDecision.Forbidden forbidden => ForbidAsync(context, request, forbidden),
        AccessDecision.BadRequest(var reason) => pages.SendAsync(context, request, 400, RefusalPages.BadRequest(reason, options.Urls, RefusalPages.RetryOf(request))),
        AccessDecision.Unavailable { IsBusy: true, Reason: var reason } => BusyAsync(context, reason),
        AccessDecision.Unavailable(var reason) => UnavailableAsync(context, request, reason),
        _ => throw new InvalidOperationException("An allowing decision is handed over by its door."),
    };

    private async Task DemandLoginAsync(HttpContext context, AccessRequest request)
    {
        if (!metadata.TryGet(out _))
        {
            await UnavailableAsync(context, request, "OIDC Setup is not complete yet.");
            return;
        }

        if (await machines.TryAnswerAsync(context, request, reasons.SentenceFor(request)))
        {
            return;
        }

        switch (NavigationRule.Classify(request))
        {
            case NavigationKind.None:
                traces.ClearCacheNowAndThen(context.Response.Headers, request);
                await pages.SendAsync(context, request, 401, RefusalPages.LoginNeeded(LoginBackTo(request), reasons.SentenceFor(request)));
                return;
            case NavigationKind.Frame when !options.Session.CookiePartitioned:
                ClearDeadSession(context, request);
                await pages.SendAsync(context, request, 401, RefusalPages.InFrame(FramedLogin(request), reasons.SentenceFor(request)));
                return;
            default:
                await NavigateAsync(context, request, new LoginStart(returnUrl.FromTarget(request.Target)) { IsVisit = true });
                return;
        }
    }

    /// <summary>A top-level visit to the provider, from the public host only.</summary>
    public async Task NavigateAsync(HttpContext context, AccessRequest request, LoginStart start)
    {
        switch (publicHost.Judge(request))
        {
            case PublicHostResult.SendTo sendTo:
                sendTo.Write(context);
                return;
            case PublicHostResult.Loop(var failure):
                await failures.WriteAsync(context, request, Loop(failure, request, start.ReturnPath));
                return;
            case PublicHostResult.Right when provider.Holds(request.Target):
                await failures.WriteAsync(context, request, new LoginFailedException(
                    LoginFailure.ProviderNotPublic, $"SKIP_AUTH_URLS must cover {RequestLog.PathOf(request.Target)}, the provider's own address."));
                return;
        }

        try
        {
            var page = await login.StartAsync(context, request, start);
            ClearDeadSession(context, request);
            SecurityHeaders.Secure(context.Response.Headers);
            if (page is not null)
            {
                await pages.SendAsync(context, request, 200, page);
            }
        }
        catch (LoginFailedException e) when (e.Failure == LoginFailure.ProviderUnavailable)
        {
            await UnavailableAsync(context, request, "The provider cannot be reached; try again in a moment.");
        }
        catch (LoginFailedException e) when (e.Failure == LoginFailure.StoreUnavailable)
        {
            await UnavailableAsync(context, request, "The session store takes no logins at the moment.");
        }
        catch (LoginFailedException e)
        {
            await failures.WriteAsync(context, request, e);
        }
    }

    private async Task ForbidAsync(HttpContext context, AccessRequest request, AccessDecision.Forbidden forbidden)
    {
        if (forbidden is SessionForbidden refused)
        {
            await EndRefusedAsync(context, request, refused);
        }

        // Whoever is refused by a rule came with a session: trying again is no loop of logins.
        counter.Forget(request, context.Response.Headers);
        await (GrpcRefusal.Wants(context)
            ? GrpcRefusal.WriteAsync(context, 403, forbidden.Reason)
            : pages.SendAsync(context, request, 403, RefusalPages.Forbidden(forbidden, options.Urls, returnUrl.LoginAgain(request.IsGetOrHead ? returnUrl.FromTarget(request.Target) : "/", isFresh: true))));
    }

    /// <summary>Ends the session that was refused, and takes its cookie back when it came by cookie.</summary>
    public async Task EndRefusedAsync(HttpContext context, AccessRequest request, SessionForbidden refused)
    {
        if (refused.Method == AuthenticationMethod.Cookie)
        {
            context.Response.Headers.SetCookie = cookies.ClearSession(request);
            traces.Clear(context.Response.Headers, request);
        }

        try
        {
            await sessions.EndAsync(refused.Session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It is dead here, and the store is told later.
        }
    }

    private static Task BusyAsync(HttpContext context, string reason)
    {
        context.Response.Headers.RetryAfter = "2";
        SecurityHeaders.Secure(context.Response.Headers);
        return PlainText.WriteAsync(context, StatusCodes.Status429TooManyRequests, reason);
    }

    private Task UnavailableAsync(HttpContext context, AccessRequest request, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        if (machines.TryAnswerUnavailable(context, request, RefusalPages.PublicReason(reason)) is { } answered)
        {
            return answered;
        }

        return NavigationRule.Classify(request) == NavigationKind.None && request.EntryPoint != EntryPoint.ExtAuthz
            ? PlainText.WriteAsync(context, PageSender.StatusFor(request.EntryPoint, 503), RefusalPages.PublicReason(reason))
            : pages.SendAsync(
                context, request, 503, RefusalPages.Unavailable(RefusalPages.PublicReason(reason), RefusalPages.RetryOf(request), options.Urls));
    }

    // A cookie that opens nothing is taken back, so that the next visit is clean.
    private void ClearDeadSession(HttpContext context, AccessRequest request)
    {
        if (cookies.SessionValues(request.Cookies, limit: 1).Count > 0)
        {
            context.Response.Headers.Append("Set-Cookie", cookies.ClearSession(request));
            traces.Clear(context.Response.Headers, request);
        }
    }

    // A form that was sent cannot be sent again by a redirect: back to the page that held it.
    private string LoginBackTo(AccessRequest request) => request.IsGetOrHead && !request.Target.Path.StartsWith(options.Urls.Prefix, StringComparison.Ordinal)
        ? returnUrl.LoginAgain(returnUrl.FromTarget(request.Target))
        : FramedLogin(request);

    private string FramedLogin(AccessRequest request)
    {
        var origin = scheme.Origin(request);
        var referer = request.Single("Referer");
        var framing = referer is not null && referer.StartsWith(origin + "/", StringComparison.Ordinal) ? referer[origin.Length..] : "/";
        var target = returnUrl.FromParameter(framing);
        return $"{options.Urls.Prefix}login?return_url={Uri.EscapeDataString(target.Length == 0 ? "/" : target)}";
    }

    /// <summary>The page of a visit that came again, as it was, after it had been sent to the public address.</summary>
    public static LoginFailedException Loop(LoginFailure failure, AccessRequest request, string returnPath) =>
        new(failure) { ReturnPath = returnPath, Reason = $"A browser was sent to the public address and came again by host \"{LogText.Of(request.Host)}\", X-Forwarded-Proto \"{LogText.Of(request.Headers["X-Forwarded-Proto"].ToString())}\". {failure.Advice}" };
}
