using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pages;

namespace AuthGateway.Pipeline;

/// <summary>The contents of the refusal pages.</summary>
internal static class RefusalPages
{
    /// <summary>
    /// The URL of the retry link: the requested one, where a link can lead there.
    /// </summary>
    public static string RetryOf(AccessRequest request) =>
        request.IsGetOrHead && PageAddress.IsOwnPath(request.Target.Raw) ? request.Target.Raw : "/";

    public static PageContent BadRequest(string reason, UrlOptions urls, string retry) => new()
    {
        Title = "The request cannot be answered",
        ErrorCode = "bad_request",
        Paragraphs = [reason],
        Links = [TryAgain(retry), new PageLink("Home", urls.HomepageUrl, WholeWindow: true, Primary: false)],
    };

    public static PageContent Forbidden(AccessDecision.Forbidden refusal, UrlOptions urls, string loginAgain) => new()
    {
        Title = "You may not open this",
        ErrorCode = "forbidden",
        Paragraphs =
        [
            refusal.Identity is { } who
                ? $"User '{who.UserId}' failed authorization with reason: {refusal.Reason}"
                : refusal.Reason,
        ],
        Facts = refusal.Identity is { Groups.Count: > 0 } seen
            ? [new PageFact("Groups seen", $"[{HeaderText.Shown(seen.Groups)}]")]
            : [],
        Links =
        [
            new PageLink("Log in again", loginAgain, WholeWindow: true),
            new PageLink("Home", urls.HomepageUrl, WholeWindow: true, Primary: false),
        ],
    };

    public static PageContent LoginNeeded(string login, string? reason) => new()
    {
        Title = "Log in to go on",
        ErrorCode = "login_required",
        Paragraphs =
        [
            .. reason is null ? Array.Empty<string>() : [reason],
            "You are not logged in, or your login has ended. What was sent with this request was not taken.",
        ],
        Links = [new PageLink("Log in", login, WholeWindow: true)],
    };

    public static PageContent InFrame(string login, string? reason) => new()
    {
        Title = "Your session has ended",
        ErrorCode = "login_required",
        Paragraphs =
        [
            .. reason is null ? Array.Empty<string>() : [reason],
            "Log in again to go on. This opens in the whole window and brings you back here.",
        ],
        Links = [new PageLink("Log in", login, WholeWindow: true)],
        AllowSameOriginFrame = true,
    };

    /// <param name="reason">What is unavailable.</param>
    /// <param name="retry">The requested page.</param>
    /// <param name="urls">Contain the login URL, for the case that a retry does not help.</param>
    public static PageContent Unavailable(string reason, string retry, UrlOptions urls) => new()
    {
        Title = "Not available at the moment",
        ErrorCode = "unavailable",
        Paragraphs = [reason, "Your login is kept. Try again in a moment; if that does not help, log in again."],
        Links =
        [
            TryAgain(retry),
            new PageLink(
                "Log in again",
                $"{urls.Prefix}login?prompt=login&return_url={Uri.EscapeDataString(retry)}",
                WholeWindow: true,
                Primary: false),
        ],
    };

    public static PageContent Loop(string retry) => new()
    {
        Title = "The application's address leads back here",
        ErrorCode = "upstream_loop",
        Paragraphs =
        [
            "The gateway asked itself in the place of the application. This is an error of its settings: "
            + "UPSTREAM_URL, or a destination in ROUTES_FILE, names the gateway.",
        ],
        Links = [TryAgain(retry)],
    };

    public static PageContent NoAnswer(bool timedOut, string retry) => new()
    {
        Title = "The application does not answer",
        ErrorCode = "upstream_unavailable",
        Paragraphs =
        [
            timedOut ? "It took too long." : "It cannot be reached, or broke off its answer.",
            "Your login is kept. Try again in a moment.",
        ],
        Links = [TryAgain(retry)],
    };

    /// <summary>The page for a browser with a session that visits the ext_authz port.</summary>
    public static PageContent NothingBehind(string retry) => new()
    {
        Title = "You are logged in, and no application is behind this port",
        ErrorCode = "no_upstream",
        Paragraphs =
        [
            "This port answers Envoy's ext_authz checks and forwards nothing. Where browsers come here directly, "
            + "the operator sets UPSTREAM_URL to the application's address; behind Envoy, open the address of Envoy.",
        ],
        Links = [TryAgain(retry)],
    };

    /// <summary>The page for a request that a page of the gateway does not accept.</summary>
    public static PageContent Notice(string title, string code, string text, PageLink next) => new()
    {
        Title = title,
        ErrorCode = code,
        Paragraphs = [text],
        Links = [next],
    };

    private static PageLink TryAgain(string retry) => new("Try again", retry, WholeWindow: true);

    /// <summary>
    /// Reasons of the store contain paths and owners. They are shown to the operator on
    /// <c>/readyz</c>, not to users.
    /// </summary>
    public static string PublicReason(string reason) =>
        reason.StartsWith("SESSION_", StringComparison.Ordinal)
            || reason.StartsWith("OIDC_PROVIDER", StringComparison.Ordinal)
        ? "The session store does not answer."
        : reason;
}
