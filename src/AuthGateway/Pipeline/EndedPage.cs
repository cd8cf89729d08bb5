using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Headers for the requests that a page still makes when its session has ended: they clear the
/// browser's cache and let htmx reload the page.
/// </summary>
internal sealed class EndedPage(SkipAuthRules skipAuth, SessionTraces traces)
{
    public void Write(IHeaderDictionary headers, AccessRequest request)
    {
        traces.ClearCacheNowAndThen(headers, request);

        // htmx would insert the JSON into the page. With this header it reloads the page, which
        // leads to the login. A public page would be reloaded without end.
        if (request.Single("HX-Request") == "true" && !IsPublic(request.Single("HX-Current-URL")))
        {
            headers["HX-Refresh"] = "true";
        }
    }

    private bool IsPublic(string? page) => Uri.TryCreate(page, UriKind.Absolute, out var address)
        && RequestTarget.TryParse(address.PathAndQuery, out var target) && skipAuth.Matches("GET", target);
}
