using System.Globalization;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Endpoints.Account;

/// <summary>
/// <c>P/</c>: shows the user and the user's sessions, and ends other sessions. GET changes nothing.
/// POST <c>?end=…&amp;proof=…</c> ends one other session or all of them.
/// </summary>
/// <remarks>
/// A POST needs the proof that this page put into the form's address, and a login with
/// <c>prompt=login</c> at most minutes ago, because an application on the same origin can send any
/// form.
/// </remarks>
internal sealed class MySessionsEndpoint(
    UrlOptions urls, BrowserSession browser, UserSessions own, NoSessionWriter noSession, PageSender pages)
{
    private const string Others = "others";

    /// <exception cref="StoreUnavailableException">
    /// The sessions cannot be read, or an end could not be stored.
    /// </exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (request.Method is not ("GET" or "HEAD" or "POST"))
        {
            await PlainText.WriteBadMethodAsync(context);
            return;
        }

        if (await browser.FindAsync(request, context.RequestAborted) is not { } live)
        {
            await noSession.WriteAsync(context, request);
            return;
        }

        if (FetchMetadata.Refuses(request))
        {
            await pages.SendAsync(context, request, 403, RefusalPages.Notice(
                "Open this page in a tab of its own",
                "own_tab_only",
                "This page opens in a tab of its own only.",
                Here));
            return;
        }

        await (request.Method == "POST" ? EndAsync(context, request, live) : ShowAsync(context, request, live));
    }

    private async Task ShowAsync(HttpContext context, AccessRequest request, LiveSession live)
    {
        var others = await own.OthersAsync(live.Session, context.RequestAborted);
        var isFresh = others.Count > 0 && await own.IsFreshAsync(live, context.RequestAborted);
        var query = QueryHelpers.ParseQuery(request.Target.Query.ToString());
        var ended = query.TryGetValue("ended", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count < 10_000
            ? count
            : (int?)null;
        var page = new MySessionsPage(urls.Prefix, what => ActionFor(live, what));
        await pages.SendAsync(context, request, 200, page.Show(live.Session, others, isFresh, ended));
    }

    private async Task EndAsync(HttpContext context, AccessRequest request, LiveSession live)
    {
        var query = QueryHelpers.ParseQuery(request.Target.Query.ToString());
        var what = query.TryGetValue("end", out var end) && end.Count == 1 ? end.ToString() : "";
        var proof = query.TryGetValue("proof", out var given) && given.Count == 1 ? given.ToString() : null;
        if (what.Length == 0 || !FormProof.Matches(live.Id, PurposeOf(what), proof))
        {
            await pages.SendAsync(context, request, 403, RefusalPages.Notice(
                "Nothing was ended",
                "form_unproven",
                "This form did not come from our page, or from another session. Open the page again.",
                Here));
            return;
        }

        if (!await own.IsFreshAsync(live, context.RequestAborted))
        {
            await pages.SendAsync(context, request, 403, MySessionsPage.ConfirmFirst(urls.Prefix));
            return;
        }

        var count = await own.EndOthersAsync(
            live.Session, session => what == Others || session.Hash.ToString() == what);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"{urls.Prefix}?ended={count}";
    }

    private PageLink Here => new("Open the page", urls.Prefix, WholeWindow: true);

    private string ActionFor(LiveSession live, string what) =>
        $"{urls.Prefix}?end={what}&proof={FormProof.For(live.Id, PurposeOf(what))}";

    private static string PurposeOf(string what) => "end/" + what;
}
