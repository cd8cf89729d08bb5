using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Oidc.Login.Completion;

/// <summary>
/// Creates the session of a validated login: maps the claims to an identity, stores the session
/// under a new id, sets its cookie, and redirects to the page first requested.
/// </summary>
internal sealed class SignIn(
    ClaimsMapper mapper,
    NewSessionBuilder builder,
    SessionBeginning beginning,
    LoginReturn loginReturn,
    SignInLog log)
{
    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The callback.</param>
    /// <param name="attempt">The login that this browser began.</param>
    /// <param name="result">The validated tokens and claims of the provider.</param>
    /// <param name="limit">How long the store may take; null: no limit.</param>
    /// <exception cref="LoginFailedException">
    /// The claims identify no user, the provider ended the login meanwhile, or the store did not
    /// accept it.
    /// </exception>
    public async Task CompleteAsync(
        HttpContext context, AccessRequest request, LoginAttempt attempt, LoginResult result, TimeSpan? limit)
    {
        var identity = mapper.Map(result.IdToken.Claims, result.UserInfo) switch
        {
            ClaimsResult.Mapped mapped => mapped.Identity,
            ClaimsResult.Unusable problem =>
                throw new LoginFailedException(LoginFailure.Of(problem.Problem), problem.Sentence),
            _ => throw new InvalidOperationException("A result of the claims mapper that is not handled here."),
        };
        var login = builder.Build(request, attempt, identity, result);
        await beginning.BeginAsync(context.Response.Headers, request, login, limit);
        log.Completed(identity, result);
        await loginReturn.WriteAsync(context, request, attempt);
    }
}
