using System.Globalization;
using AuthGateway.Access;
using AuthGateway.Pages;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints.Account;

/// <summary>Builds the page that lists the user's own sessions.</summary>
/// <param name="prefix">The gateway's path prefix.</param>
/// <param name="actionFor">
/// The address of a form that ends <c>others</c> or one id, with its proof.
/// </param>
internal sealed class MySessionsPage(string prefix, Func<string, string> actionFor)
{
    private const int MaxShown = 50;
    private const string OnlyHere =
        "Ending a session ends it here. At the provider that browser stays logged in until it logs out there.";

    public PageContent Show(Session own, IReadOnlyList<SessionSummary> others, bool isFresh, int? ended) => new()
    {
        Title = "You are logged in",
        Paragraphs = [.. Said(ended), .. Explained(others.Count, isFresh)],
        Facts =
        [
            .. Who(own),
            new PageFact(
                "Other sessions",
                others.Count == 0 ? "none" : others.Count.ToString(CultureInfo.InvariantCulture)),
        ],
        Forms = isFresh && others.Count > 0
            ? [new PageForm(
                others.Count == 1 ? "End the other session" : $"End all {others.Count} other sessions",
                actionFor("others"))]
            : [],
        Links =
        [
            .. isFresh || others.Count == 0 ? Array.Empty<PageLink>() : [LogInAgain(prefix)],
            new PageLink("To the application", "/", WholeWindow: true, Primary: others.Count == 0),
            new PageLink("Log out", prefix + "logout", WholeWindow: true, Primary: false),
        ],
        Sections = [.. others.Take(MaxShown).Select(session => Section(session, isFresh))],
    };

    /// <summary>The page for a form that came too long after the login.</summary>
    public static PageContent ConfirmFirst(string prefix) => new()
    {
        Title = "Log in again first",
        ErrorCode = "fresh_login_required",
        Paragraphs =
        [
            "Other sessions can be ended within 5 minutes after a new login: so that no application can do it in your name. Nothing was ended.",
        ],
        Links = [LogInAgain(prefix), new PageLink("Back", prefix, WholeWindow: true, Primary: false)],
    };

    private static PageLink LogInAgain(string prefix) =>
        new(
            "Log in again to end other sessions",
            $"{prefix}login?prompt=login&return_url={Uri.EscapeDataString(prefix)}",
            WholeWindow: true);

    private static IEnumerable<string> Said(int? ended) => ended switch
    {
        null => [],
        0 => ["That session had ended already."],
        1 => [$"1 session was ended. {OnlyHere}"],
        _ => [$"{ended} sessions were ended. {OnlyHere}"],
    };

    private static IEnumerable<string> Explained(int others, bool isFresh) =>
        others > 0 && isFresh ? [OnlyHere] : [];

    private static IEnumerable<PageFact> Who(Session own) =>
    [
        new("User id", own.Identity.UserId),
        new("Name", own.Identity.Name ?? "–"),
        new("E-mail", own.Identity.Email ?? "–"),
        new("Groups", own.Identity.Groups.Count == 0 ? "none" : string.Join(", ", own.Identity.Groups)),
        new("Logged in since", Time(own.CreatedAt)),
        new("Ends at the latest", Time(own.ExpiresAt)),
    ];

    private PageSection Section(SessionSummary session, bool isFresh)
    {
        var facts = new List<PageFact> { new("Logged in", Time(session.CreatedAt)) };
        if (session.LastUsedAt > session.CreatedAt)
        {
            facts.Add(new("Last used", Time(session.LastUsedAt)));
        }

        facts.Add(new("Ends at the latest", Time(session.ExpiresAt)));
        if (!string.IsNullOrEmpty(session.Address))
        {
            facts.Add(new("Address", session.Address));
        }

        var heading = string.IsNullOrEmpty(session.UserAgent)
            ? $"Session {session.Hash}"
            : BrowserName.Of(session.UserAgent);
        return new PageSection(
            heading,
            facts,
            isFresh ? new PageForm("End this session", actionFor(session.Hash.ToString()), Primary: false) : null);
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
