using System.Net;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Decides whether an error response of the token endpoint refuses a refresh token for good (RFC
/// 6749 §5.2), such as Dex's <c>invalid_request</c>. Errors about the client (a wrong secret) or a
/// temporary condition do not. Neither do responses without an OAuth error: they may come from a
/// proxy.
/// </summary>
internal static class RefreshErrors
{
    private static readonly string[] UnrelatedErrors =
    [
        "invalid_client",
        "unauthorized_client",
        "temporarily_unavailable",
        "server_error",
        "slow_down",
        "too_many_requests",
        "rate_limit_exceeded",
    ];

    /// <summary>True when the response refuses the refresh token for good.</summary>
    public static bool Is(HttpStatusCode status, string? code) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        && code is { Length: > 0 and <= 60 }
        && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        && !UnrelatedErrors.Contains(code);
}
