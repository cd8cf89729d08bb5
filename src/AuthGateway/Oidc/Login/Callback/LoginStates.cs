using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>Reads the state of a callback, and the login that this browser began with it.</summary>
internal sealed class LoginStates(
    LoginStateProtector protector, LoginCookies cookies, ReturnUrl returnUrl, TimeProvider time)
{
    /// <returns>
    /// The state with its return path; null when it is not sealed by this gateway.
    /// </returns>
    public LoginState? Open(AccessRequest request, string? text) =>
        text is not null && protector.OpenLogin(text) is { } state
            ? state with { ReturnPath = returnUrl.FromState(cookies.LongPathOf(request, state) ?? state.ReturnPath) }
            : null;

    /// <summary>How long ago the login was begun.</summary>
    public TimeSpan AgeOf(LoginState state) => time.GetUtcNow() - state.StartedAt;

    /// <summary>True for the state of a logout.</summary>
    public bool IsLogout(string text) => protector.IsLogout(text);

    /// <returns>
    /// The attempt of this browser; null when its cookie is missing or belongs to another attempt.
    /// </returns>
    public LoginAttempt? FindAttempt(AccessRequest request, LoginState state) =>
        cookies.ValueOf(request, state.AttemptId) is { } cookie ? LoginAttempt.Resume(state, cookie) : null;

    /// <summary>
    /// True for a browser with the maximum number of login cookies, which may have lost the cookie
    /// of this login.
    /// </summary>
    public bool IsFull(AccessRequest request) => cookies.IsFull(request);

    /// <summary>The page first requested.</summary>
    public string LocationOf(LoginState state) => returnUrl.LocationOf(state.ReturnPath);
}
