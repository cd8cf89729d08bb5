using System.Net;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Whether an error answer of the token endpoint is its last word about a refresh token (RFC 6749 §5.2), like Dex's <c>invalid_request</c>. What is said
/// of the client (a wrong secret) or of the moment is not, nor is an answer in other words: that may be a proxy's.
/// </summary>
internal static class RefreshErrors
{
    private static readonly string[] OfOtherThings =
        ["invalid_client", "unauthorized_client", "temporarily_unavailable", "server_error", "slow_down", "too_many_requests", "rate_limit_exceeded"];

    public static bool Is(HttpStatusCode status, string? code) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        && code is { Length: > 0 and <= 60 }
        && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        && !OfOtherThings.Contains(code);
}
