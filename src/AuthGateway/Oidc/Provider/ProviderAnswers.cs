using System.Net;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Classifies the provider's responses about a login, with one table for all callers. The
/// consequences are documented in docs/provider-answers.md. A definite no concerns the presented
/// token. A response that may concern the moment, the client or an intermediate proxy is
/// <see cref="AnswerKind.CannotKnow"/>.
/// </summary>
internal static class ProviderAnswers
{
    /// <summary>
    /// Classifies a userinfo response (OIDC Core §5.3.3, RFC 6750 §3.1). The standard's status for
    /// a refused token is 401. Providers also send 400 (malformed), 403 (Dex, for every refused
    /// token), 404 and 410 (the session behind the token has ended).
    /// </summary>
    public static AnswerKind ClassifyUserInfo(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => AnswerKind.Yes,
        HttpStatusCode.BadRequest
            or HttpStatusCode.Unauthorized
            or HttpStatusCode.Forbidden
            or HttpStatusCode.NotFound
            or HttpStatusCode.Gone => AnswerKind.DefiniteNo,
        HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests
            or >= HttpStatusCode.InternalServerError => AnswerKind.CannotKnow,
        _ => AnswerKind.Broken,
    };

    /// <summary>
    /// Classifies a response of the token endpoint to a refresh token (RFC 6749 §5.2).
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The OAuth error; null when there was none.</param>
    public static AnswerKind ClassifyRefresh(HttpStatusCode status, string? code) => status switch
    {
        HttpStatusCode.OK when code is null => AnswerKind.Yes,
        _ when RefreshErrors.Is(status, code) => AnswerKind.DefiniteNo,
        >= HttpStatusCode.OK and < HttpStatusCode.BadRequest => AnswerKind.Broken,
        _ => AnswerKind.CannotKnow,
    };
}
