using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Handles <c>P/logout</c>. GET shows a page and changes nothing. POST ends the session.
/// </summary>
/// <remarks>
/// A POST is sent by header, as the Kubeflow dashboard does (201 with JSON), or from the gateway's
/// own page (303). The page's form is proven by the same origin or by the proof in its address. The
/// session ends in the gateway whatever the provider does.
/// </remarks>
internal sealed class LogoutEndpoint(
    GatewayOptions options, BrowserSession browser, SameOrigin sameOrigin, LogoutPage page, SessionLogout logout)
{
    /// <exception cref="StoreUnavailableException">
    /// The session cannot be read, or its end could not be stored.
    /// </exception>
    public Task HandleAsync(HttpContext context, AccessRequest request) => request.Method switch
    {
        "GET" or "HEAD" => page.ShowAsync(context, request),
        "POST" when options.Access.AuthHeader is { } header && request.Headers.ContainsKey(header) =>
            ByHeaderAsync(context, request, header),
        "POST" => ByFormAsync(context, request),
        _ => Answer(context, StatusCodes.Status405MethodNotAllowed),
    };

    /// <summary>
    /// Handles <c>GET /logout</c> of the legacy profile. Only a visit that is not marked cross-site
    /// ends the session. The answer is always 303 to <c>/</c>.
    /// </summary>
    public async Task HandleLegacyAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method != "GET")
        {
            context.Response.Headers.Allow = "GET";
            await Answer(context, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var isVisit = request.Single("Sec-Fetch-Site") is not ("cross-site" or "same-site")
            && request.Single("Sec-Fetch-Mode") is null or "navigate";
        if (isVisit && await browser.FindAsync(request, context.RequestAborted) is { } live)
        {
            await logout.EndLocallyAsync(context, request, live);
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    private async Task ByHeaderAsync(HttpContext context, AccessRequest request, string header)
    {
        var live = request.Credential(header) is { } value
            ? await browser.FindAsync(value, context.RequestAborted)
            : request.HasEmptyBearer(header)
                && request.Single("Sec-Fetch-Site") != "cross-site"
                && sameOrigin.IsSameHost(request)
            ? await browser.FindAsync(request, context.RequestAborted)
            : null;
        if (live is null)
        {
            await Answer(context, StatusCodes.Status401Unauthorized);
            return;
        }

        var address = await logout.EndAsync(context, request, live, asked: null);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(new LogoutAnswer(address), LogoutJson.Default.LogoutAnswer));
    }

    private async Task ByFormAsync(HttpContext context, AccessRequest request)
    {
        var query = QueryHelpers.ParseQuery(request.Target.Query.ToString());
        var live = await browser.FindAsync(request, context.RequestAborted);
        var proven = sameOrigin.IsProven(request)
            || (live is not null
                && query.TryGetValue("proof", out var proof)
                && proof.Count == 1
                && FormProof.Matches(live.Id, LogoutPage.Purpose, proof));
        if (!proven)
        {
            await page.RefuseFormAsync(context, request);
            return;
        }

        var address = options.Urls.AfterLogoutUrl;
        if (live is null)
        {
            logout.ClearTraces(context, request);
        }
        else
        {
            var asked = query.TryGetValue("mode", out var mode) ? mode.ToString() : null;
            address = await logout.EndAsync(context, request, live, asked);
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location =
            address == options.Urls.AfterLogoutUrl ? page.TargetOf(request) ?? address : address;
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
