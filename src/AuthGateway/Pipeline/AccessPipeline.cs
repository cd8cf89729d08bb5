using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Model;

namespace AuthGateway.Pipeline;

/// <summary>The decision, the same for every door: skip-auth → authenticate → authorize. Completes synchronously for a live session in memory.</summary>
internal sealed class AccessPipeline(SkipAuthRules skipAuth, OriginRule originRule, IReadOnlyList<IAuthenticator> authenticators, IReadOnlyList<IAuthorizer> authorizers)
{
    public async ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        if (skipAuth.Matches(request.Target))
        {
            return AccessDecision.Allow.Public;
        }

        return await AuthenticateAsync(request, cancellationToken) switch
        {
            AuthenticationResult.Authenticated who => await AuthorizeAsync(request, who, cancellationToken),
            AuthenticationResult.NoCredentials => AccessDecision.LoginRequired.Instance,
            AuthenticationResult.Rejected(var error, var description) => new AccessDecision.Unauthorized(error, description),
            AuthenticationResult.Contradiction(var reason) => new AccessDecision.BadRequest(reason),
            AuthenticationResult.Unavailable(var reason) => new AccessDecision.Unavailable(reason),
            _ => throw new InvalidOperationException("An authenticator gave an answer that nobody knows."),
        };
    }

    /// <summary>Who is asking, without a decision: for our own pages.</summary>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        foreach (var authenticator in authenticators)
        {
            var result = await authenticator.AuthenticateAsync(request, cancellationToken);
            if (result is not AuthenticationResult.NoCredentials)
            {
                return result;
            }
        }

        return AuthenticationResult.NoCredentials.Instance;
    }

    private async ValueTask<AccessDecision> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who, CancellationToken cancellationToken)
    {
        if (originRule.Refuses(request, who))
        {
            return new AccessDecision.Forbidden(who.Identity, "A WebSocket with this session must come from the same origin.");
        }

        foreach (var authorizer in authorizers)
        {
            if (await authorizer.AuthorizeAsync(request, who, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return who.Session?.Allowed(who.Method) ?? new AccessDecision.Allow(who.Identity, who.Method) { CredentialHeader = who.CredentialHeader, IdToken = who.IdToken };
    }
}
