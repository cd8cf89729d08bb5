using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Login;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Pages;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// <c>P/logout</c>. GET shows a page and changes nothing. POST ends the session: by header (201 with JSON, the dashboard's way), or from our own page
/// (303), proven by same origin or by the proof in the form's address. The session ends here whatever the provider does.
/// </summary>
internal sealed class LogoutEndpoint(
    GatewayOptions options, BrowserSession browser, SessionLifecycle sessions, GatewayCookies cookies, SameOrigin sameOrigin, EndSession endSession,
    TokenRevoker revoker, LoginCounter counter, PageSender pages, SessionTraces traces, ILogger<LogoutEndpoint> logger)
{
    private const string Deed = "logout";

    /// <exception cref="StoreUnavailableException">It cannot be known, or the end could not be stored.</exception>
    public Task HandleAsync(HttpContext context, AccessRequest request) => request.Method switch
    {
        "GET" or "HEAD" => ShowAsync(context, request),
        "POST" when options.Access.AuthHeader is { } header && request.Headers.ContainsKey(header) => ByHeaderAsync(context, request, header),
        "POST" => ByFormAsync(context, request),
        _ => Answer(context, StatusCodes.Status405MethodNotAllowed),
    };

    /// <summary>The oldest generation's <c>GET /logout</c>: only as a visit that is not marked cross-site; always 303 to <c>/</c>.</summary>
    public async Task HandleLegacyAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "GET")
        {
            context.Response.Headers.Allow = "GET";
            await Answer(context, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var isVisit = request.Single("Sec-Fetch-Site") is not ("cross-site" or "same-site") && request.Single("Sec-Fetch-Mode") is null or "navigate";
        if (isVisit && await browser.FindAsync(request, context.RequestAborted) is { } live)
        {
            await EndAsync(context, request, live, LogoutMode.Local);
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    private async Task ShowAsync(HttpContext context, AccessRequest request)
    {
        if (await browser.FindAsync(request, context.RequestAborted) is not { } live)
        {
            traces.ClearCache(context.Response.Headers);
            await pages.SendAsync(context, request, 200, LoginPages.NotLoggedIn);
            return;
        }

        if (FetchMetadata.Refuses(request))
        {
            await pages.SendAsync(context, request, 403, LoginPages.LogoutInOwnTab(options.Urls.Prefix));
            return;
        }

        counter.Forget(request, context.Response.Headers);

        var proof = FormProof.For(live.Id, Deed);
        PageForm[] forms = endSession.Mode switch
        {
            LogoutMode.Ask => [Form("Log out everywhere", "provider", proof), Form("Log out of this application only", "local", proof) with { Primary = false }],
            LogoutMode.Provider => [Form("Log out", "provider", proof)],
            _ => [Form("Log out", "local", proof)],
        };
        await pages.SendAsync(context, request, 200, LoginPages.Logout(live.Session.Identity.UserId, forms, endSession.Origins));
    }

    private async Task ByHeaderAsync(HttpContext context, AccessRequest request, string header)
    {
        var live = request.Credential(header) is { } value
            ? await browser.FindAsync(value, context.RequestAborted)
            : request.HasEmptyBearer(header) && request.Single("Sec-Fetch-Site") != "cross-site" && sameOrigin.IsSameHost(request) ? await browser.FindAsync(request, context.RequestAborted) : null;
        if (live is null)
        {
            await Answer(context, StatusCodes.Status401Unauthorized);
            return;
        }

        var address = await EndAsync(context, request, live, endSession.Mode == LogoutMode.Local ? LogoutMode.Local : LogoutMode.Provider);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new LogoutAnswer(address), LogoutJson.Default.LogoutAnswer));
    }

    private async Task ByFormAsync(HttpContext context, AccessRequest request)
    {
        var query = QueryHelpers.ParseQuery(request.Target.Query.ToString());
        var live = await browser.FindAsync(request, context.RequestAborted);
        var proven = sameOrigin.IsProven(request)
            || (live is not null && query.TryGetValue("proof", out var proof) && proof.Count == 1 && FormProof.Matches(live.Id, Deed, proof));
        if (!proven)
        {
            await RefuseFormAsync(context, request);
            return;
        }

        var address = options.Urls.AfterLogoutUrl;
        if (live is null)
        {
            traces.Clear(context.Response.Headers, request);
        }
        else
        {
            address = await EndAsync(context, request, live, Choice(query.TryGetValue("mode", out var mode) ? mode.ToString() : ""));
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }

    // A person reads the answer to a form that a page sent.
    private Task RefuseFormAsync(HttpContext context, AccessRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        ? pages.SendAsync(context, request, 401, LoginPages.LogoutUnproven(options.Urls.Prefix))
        : Answer(context, StatusCodes.Status401Unauthorized);

    private LogoutMode Choice(string asked) => endSession.Mode switch
    {
        LogoutMode.Ask => asked == "local" ? LogoutMode.Local : LogoutMode.Provider,
        var fixedMode => fixedMode,
    };

    private async Task<string> EndAsync(HttpContext context, AccessRequest request, LiveSession live, LogoutMode mode)
    {
        var payload = await EndHereAsync(live);
        context.Response.Headers.Append("Set-Cookie", cookies.ClearSession(request));
        counter.Forget(request, context.Response.Headers);
        traces.Clear(context.Response.Headers, request);
        revoker.Revoke(payload);
        return endSession.AddressFor(mode, payload);
    }

    /// <summary>The local end happens whatever the store does: dead in memory at once, the row goes as soon as the store takes it.</summary>
    private async Task<SessionPayload?> EndHereAsync(LiveSession live)
    {
        SessionPayload? payload = null;
        try
        {
            // The hint and the tokens lie in the sealed part: read before the row goes.
            payload = await sessions.ReadPayloadAsync(live.Id, CancellationToken.None);
            await sessions.EndAsync(live.Session.Hash, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            sessions.EndLater(live.Session.Hash);
            logger.LogWarning("A logout could not be stored; the session has ended in this process, and its row goes as soon as the store is back.");
        }

        return payload;
    }

    private PageForm Form(string text, string mode, string proof) => new(text, $"{options.Urls.Prefix}logout?mode={mode}&proof={proof}");

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

internal sealed record LogoutAnswer([property: JsonPropertyName("afterLogoutURL")] string AfterLogoutUrl);

[JsonSerializable(typeof(LogoutAnswer))]
[JsonSourceGenerationOptions]
internal sealed partial class LogoutJson : JsonSerializerContext;
