namespace AuthGateway.Pages;

/// <summary>The two pages of the old service's web port: <c>/site/homepage</c> and <c>/site/after_logout</c>, with its wording.</summary>
internal static class SitePages
{
    public static PageContent Homepage(string clientName) => new()
    {
        Title = $"Welcome to {clientName}",
        Paragraphs = ["This service signs you in to the applications behind it."],
        Links = [LogIn],
    };

    public static PageContent AfterLogout(string clientName) => new()
    {
        Title = "Logged out",
        Paragraphs = [$"You have successfully logged out from {clientName}"],
        Links = [LogIn],
    };

    /// <summary>
    /// A link, not a form: <c>/</c> answers with a redirect to the provider and perhaps on to another one, and Chromium holds every hop of a
    /// submitted form against <c>form-action</c>.
    /// </summary>
    private static PageLink LogIn => new("Log in", "/", WholeWindow: true);
}
