using System.Net;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// What an answer of the provider says about a login, one table for all uses; what follows from each is in docs/provider-answers.md. A definite no is
/// about the token that was shown; everything that may be about the moment, the client or a proxy on the way cannot be known.
/// </summary>
internal static class ProviderAnswers
{
    /// <summary>
    /// Userinfo (OIDC Core §5.3.3, RFC 6750 §3.1): 401 is the standard's; providers say 400 (malformed), 403 (Dex, for every token that it does not take),
    /// 404 and 410 (the session behind it is gone) as well.
    /// </summary>
    public static AnswerKind OfUserInfo(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => AnswerKind.Yes,
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone => AnswerKind.DefiniteNo,
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => AnswerKind.CannotKnow,
        _ => AnswerKind.Broken,
    };

    /// <summary>The token endpoint, for a refresh token (RFC 6749 §5.2).</summary>
    /// <param name="status">Its status.</param>
    /// <param name="code">The OAuth error, when there was one.</param>
    public static AnswerKind OfRefresh(HttpStatusCode status, string? code) => status switch
    {
        HttpStatusCode.OK when code is null => AnswerKind.Yes,
        _ when RefreshErrors.Is(status, code) => AnswerKind.DefiniteNo,
        >= HttpStatusCode.OK and < HttpStatusCode.BadRequest => AnswerKind.Broken,
        _ => AnswerKind.CannotKnow,
    };
}

/// <summary>What an answer means for a login.</summary>
internal enum AnswerKind
{
    /// <summary>The login lives.</summary>
    Yes,

    /// <summary>The provider knows this token and does not take it.</summary>
    DefiniteNo,

    /// <summary>Nothing was said about the token: down, busy, no answer, a wrong client secret.</summary>
    CannotKnow,

    /// <summary>An answer that no standard allows: it counts as none.</summary>
    Broken,
}
