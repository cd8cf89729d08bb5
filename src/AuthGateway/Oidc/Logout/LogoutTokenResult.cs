using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Logout;

/// <summary>The result of validating a logout token.</summary>
internal abstract record LogoutTokenResult
{
    private LogoutTokenResult()
    {
    }

    internal sealed record Valid(LogoutNotice Notice) : LogoutTokenResult;

    /// <param name="Reason">The error as a sentence for the response and the log.</param>
    internal sealed record Refused(string Reason) : LogoutTokenResult;
}
