using AuthGateway.Pages;

namespace AuthGateway.Oidc;

/// <summary>What the login and logout pages say.</summary>
internal static class LoginPages
{
    public static PageContent LoggedIn { get; } = new()
    {
        Title = "You are logged in",
        Paragraphs = ["You are logged in, go back to your tab. Saving works there again without a reload."],
    };

    public static PageContent Forward(string path) => new() { Title = "You are logged in", ForwardTo = path };

    public static PageContent Failed(LoginFailure failure, string? detail, string retry) => new()
    {
        Title = failure.Title,
        ErrorCode = failure.Code,
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
}
