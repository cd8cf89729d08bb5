using AuthGateway.Pages;

namespace AuthGateway.Oidc.Login;

/// <summary>What the login and logout pages say.</summary>
internal static class LoginPages
{
    public static PageContent LoggedIn { get; } = new()
    {
        Title = "You are logged in",
        Paragraphs = ["You are logged in, go back to your tab. Saving works there again without a reload."],
        Links = [new PageLink("To the application", "/", WholeWindow: true)],
    };

    public static PageContent Forward(string path) => new() { Title = "You are logged in", ForwardTo = path };

    /// <summary>Before the provider: the script stores what stands behind # and goes on; without a script the page goes on by itself.</summary>
    public static PageContent KeepFragment(string prefix, string address) => new()
    {
        Title = "To the login",
        Script = new PageScript(prefix + FragmentScript.Name, "keep", address, null),
    };

    /// <summary>After the callback: the script goes to the page with its fragment, the page itself without.</summary>
    public static PageContent RestoreFragment(string prefix, string address, string path) => new()
    {
        Title = "You are logged in",
        Script = new PageScript(prefix + FragmentScript.Name, "restore", address, path),
    };

    /// <param name="failure">What happened.</param>
    /// <param name="detail">A further sentence; null = none.</param>
    /// <param name="retry">Address of a new login.</param>
    /// <param name="reference">Stands in the log's line too.</param>
    public static PageContent Failed(LoginFailure failure, string? detail, string retry, string reference) => new()
    {
        Title = failure.Title,
        ErrorCode = failure.Code,
        Reference = reference,
        Paragraphs = [.. new[] { failure.Advice, detail }.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!)],
        Links = [new PageLink("Log in again", retry, WholeWindow: true)],
    };

    public static PageContent Logout(string userId, IReadOnlyList<PageForm> forms, IReadOnlyList<string> origins) => new()
    {
        Title = "Log out?",
        Paragraphs = [$"You are logged in as {userId}.", "An application may keep a login of its own. If it does, log out there too."],
        Forms = forms,
        Links = [new PageLink("Stay logged in", "/", WholeWindow: true, Primary: false)],
        FormActionOrigins = origins,
    };

    public static PageContent NotLoggedIn { get; } = new()
    {
        Title = "You are not logged in",
        Links = [new PageLink("Log in", "/", WholeWindow: true)],
    };

    /// <summary>The logout page in a frame or in a script's hands: it shows no form there.</summary>
    public static PageContent LogoutInOwnTab(string prefix) => new()
    {
        Title = "Open this page in a tab of its own",
        ErrorCode = "own_tab_only",
        Paragraphs = ["The logout page works in a tab of its own only."],
        Links = [new PageLink("To the logout page", prefix + "logout", WholeWindow: true)],
    };

    /// <summary>A form without a proof that it came from our page.</summary>
    public static PageContent LogoutUnproven(string prefix) => new()
    {
        Title = "You are not logged out",
        ErrorCode = "logout_unproven",
        Paragraphs = ["This form did not come from the logout page, or from another session. Nothing was ended."],
        Links = [new PageLink("To the logout page", prefix + "logout", WholeWindow: true)],
    };
}
