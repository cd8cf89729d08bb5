using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Makes the access decision, for all entry points alike: skip-auth → authenticate → authorize. For
/// a live session in memory it completes synchronously.
/// </summary>
internal sealed class AccessPipeline(
    SkipAuthRules skipAuth,
    OriginRule originRule,
    IReadOnlyList<IAuthenticator> authenticators,
    IReadOnlyList<IAuthorizer> authorizers)
{
    private readonly IAuthenticator[] _authenticators = [.. authenticators];
    private readonly IAuthorizer[] _authorizers = [.. authorizers];

    public async ValueTask<AccessDecision> DecideAsync(AccessRequest request) =>
        skipAuth.Matches(MethodOf(request), request.Target)
            ? AccessDecision.Allow.Public
            : await AuthenticateAsync(request) switch
            {
                AuthenticationResult.Authenticated who => await AuthorizeAsync(who, request),
                AuthenticationResult.NoCredentials => AccessDecision.LoginRequired.Instance,
                AuthenticationResult.Rejected(var error, var description) =>
                    new AccessDecision.Unauthorized(error, description),
                AuthenticationResult.Contradiction(var reason) => new AccessDecision.BadRequest(reason),
                AuthenticationResult.Unavailable unknown =>
                    new AccessDecision.Unavailable(unknown.Reason) { IsBusy = unknown.IsBusy },
                _ => throw new InvalidOperationException("Unknown authentication result."),
            };

    // nginx asks by GET whatever the method of the original request is.
    private static string MethodOf(AccessRequest request) =>
        request.EntryPoint == EntryPoint.Verify ? SkipAuthRules.UnknownMethod : request.Method;

    /// <summary>Authenticates a request without a decision, for the gateway's own pages.</summary>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request)
    {
        foreach (var authenticator in _authenticators)
        {
            if (await authenticator.AuthenticateAsync(request) is var result
                and not AuthenticationResult.NoCredentials)
            {
                return result;
            }
        }

        return AuthenticationResult.NoCredentials.Instance;
    }

    private async ValueTask<AccessDecision> AuthorizeAsync(
        AuthenticationResult.Authenticated who, AccessRequest request)
    {
        if (!request.Connection.HasShownIdentity)
        {
            request.Connection.HasShownIdentity = true;
        }

        if (originRule.Refuses(request, who))
        {
            return new AccessDecision.Forbidden(
                who.Identity, "A WebSocket with this session must come from the same origin.");
        }

        foreach (var authorizer in _authorizers)
        {
            if (await authorizer.AuthorizeAsync(request, who) is { } refusal)
            {
                return refusal;
            }
        }

        return Allow(who);
    }

    private static AccessDecision.Allow Allow(AuthenticationResult.Authenticated who) =>
        who.Session?.Allowed(who.Method)
            ?? new AccessDecision.Allow(who.Identity, who.Method)
            {
                CredentialHeader = who.CredentialHeader,
                IdToken = who.IdToken,
            };
}
