using AuthGateway.Pages;

namespace AuthGateway.Oidc.Login;

/// <summary>The contents of the login and logout pages.</summary>
internal static class LoginPages
{
    public static PageContent LoggedIn { get; } = new()
    {
        Title = "You are logged in",
        Paragraphs = ["You are logged in, go back to your tab. Saving works there again without a reload."],
        Links = [new PageLink("To the application", "/", WholeWindow: true)],
    };

    public static PageContent Forward(string path) => new() { Title = "You are logged in", ForwardTo = path };

    /// <summary>
    /// The page before the redirect to the provider: its script stores the fragment of the URL and
    /// continues. Without scripts the page continues by itself.
    /// </summary>
    public static PageContent KeepFragment(string prefix, string address) => new()
    {
        Title = "To the login",
        Script = new PageScript(prefix + FragmentScript.Name, "keep", address, null),
    };

    /// <summary>
    /// The page after the callback: its script opens the requested page with its fragment. Without
    /// scripts the page continues without the fragment.
    /// </summary>
    public static PageContent RestoreFragment(string prefix, string address, string path) => new()
    {
        Title = "You are logged in",
        Script = new PageScript(prefix + FragmentScript.Name, "restore", address, path),
    };

    /// <param name="failure">The failure.</param>
    /// <param name="detail">A further sentence; null = none.</param>
    /// <param name="retry">The address of a new login.</param>
    /// <param name="reference">Also written to the log, to find the log entry of this page.</param>
    public static PageContent Failed(LoginFailure failure, string? detail, string retry, string reference) => new()
    {
        Title = failure.Title,
        ErrorCode = failure.Code,
        Reference = reference,
        Paragraphs =
        [
            .. new[] { failure.Advice, detail }.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!),
        ],
        Links = [new PageLink("Log in again", retry, WholeWindow: true)],
    };

    public static PageContent Logout(
        string userId, IReadOnlyList<PageForm> forms, IReadOnlyList<string> origins) => new()
        {
            Title = "Log out?",
            Paragraphs =
        [
            $"You are logged in as {userId}.",
            "An application may keep a login of its own. If it does, log out there too.",
        ],
            Forms = forms,
            Links = [new PageLink("Stay logged in", "/", WholeWindow: true, Primary: false)],
            FormActionOrigins = origins,
        };

    public static PageContent NotLoggedIn { get; } = new()
    {
        Title = "You are not logged in",
        Links = [new PageLink("Log in", "/", WholeWindow: true)],
    };

    /// <summary>Shown instead of the logout form in a frame or to a script.</summary>
    public static PageContent LogoutInOwnTab(string prefix) => new()
    {
        Title = "Open this page in a tab of its own",
        ErrorCode = "own_tab_only",
        Paragraphs = ["The logout page works in a tab of its own only."],
        Links = [new PageLink("To the logout page", prefix + "logout", WholeWindow: true)],
    };

    /// <summary>
    /// Shown after a logout form that carries no proof of coming from the gateway's page.
    /// </summary>
    public static PageContent LogoutUnproven(string prefix) => new()
    {
        Title = "You are not logged out",
        ErrorCode = "logout_unproven",
        Paragraphs = ["This form did not come from the logout page, or from another session. Nothing was ended."],
        Links = [new PageLink("To the logout page", prefix + "logout", WholeWindow: true)],
    };
}
