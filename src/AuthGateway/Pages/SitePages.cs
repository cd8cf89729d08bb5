namespace AuthGateway.Pages;

/// <summary>
/// The two pages of oidc-authservice's web port, <c>/site/homepage</c> and
/// <c>/site/after_logout</c>, with its wording.
/// </summary>
internal static class SitePages
{
    public static PageContent Homepage(string clientName) => new()
    {
        Title = $"Welcome to {clientName}",
        Paragraphs = ["This service signs you in to the applications behind it."],
        Links = [LogIn],
    };

    /// <summary>
    /// Path of the image that clears the cache, relative to the page on both ports.
    /// </summary>
    public const string ClearingImage = "cleared.svg";

    public static PageContent AfterLogout(string clientName, bool clearsCache = false) => new()
    {
        LateImage = clearsCache ? ClearingImage : null,
        Title = "Logged out",
        Paragraphs = [$"You have successfully logged out from {clientName}"],
        Links = [LogIn],
    };

    public static PageContent StillLoggedIn(string userId, string prefix) => new()
    {
        Title = "You are still logged in",
        Paragraphs = [$"This browser is logged in as {userId}. Nothing was ended by opening this page."],
        Links =
        [
            new PageLink("Log out", prefix + "logout", WholeWindow: true),
            new PageLink("To the application", "/", WholeWindow: true, Primary: false),
        ],
    };

    public static PageContent LogoutUnknown(string prefix) => new()
    {
        Title = "Logged out?",
        Paragraphs =
        [
            "The session store does not answer, so this page cannot say whether this browser is still logged in.",
        ],
        Links = [new PageLink("To the logout page", prefix + "logout", WholeWindow: true), LogIn],
    };

    /// <summary>
    /// A link instead of a form: <c>/</c> redirects to the provider and perhaps further, and
    /// Chromium checks every redirect of a submitted form against <c>form-action</c>.
    /// </summary>
    private static PageLink LogIn => new("Log in", "/", WholeWindow: true);
}
