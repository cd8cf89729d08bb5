using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Model;

namespace AuthGateway.Pipeline;

/// <summary>
/// The decision, the same for every door: skip-auth → authenticate → authorize. For a live session in memory it completes synchronously and without a state machine:
/// a step that must wait hands the rest to the <c>…LaterAsync</c> beside it.
/// </summary>
internal sealed class AccessPipeline(SkipAuthRules skipAuth, OriginRule originRule, IReadOnlyList<IAuthenticator> authenticators, IReadOnlyList<IAuthorizer> authorizers)
{
    private readonly IAuthenticator[] _authenticators = [.. authenticators];
    private readonly IAuthorizer[] _authorizers = [.. authorizers];

    public ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        if (skipAuth.Matches(request.Target))
        {
            return new(AccessDecision.Allow.Public);
        }

        var who = AuthenticateAsync(request, cancellationToken);
        return who.IsCompletedSuccessfully ? JudgeAsync(request, who.Result, cancellationToken) : JudgeLaterAsync(request, who, cancellationToken);
    }

    /// <summary>Who is asking, without a decision: for our own pages.</summary>
    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _authenticators.Length; i++)
        {
            var asked = _authenticators[i].AuthenticateAsync(request, cancellationToken);
            var result = asked.IsCompletedSuccessfully ? asked.Result : null;
            if (result is null)
            {
                return AuthenticateLaterAsync(request, asked, i + 1, cancellationToken);
            }

            if (result is not AuthenticationResult.NoCredentials)
            {
                return new(result);
            }
        }

        return new(AuthenticationResult.NoCredentials.Instance);
    }

    private async ValueTask<AuthenticationResult> AuthenticateLaterAsync(AccessRequest request, ValueTask<AuthenticationResult> asked, int next, CancellationToken cancellationToken)
    {
        var result = await asked;
        for (var i = next; result is AuthenticationResult.NoCredentials && i < _authenticators.Length; i++)
        {
            result = await _authenticators[i].AuthenticateAsync(request, cancellationToken);
        }

        return result;
    }

    private async ValueTask<AccessDecision> JudgeLaterAsync(AccessRequest request, ValueTask<AuthenticationResult> who, CancellationToken cancellationToken) =>
        await JudgeAsync(request, await who, cancellationToken);

    private ValueTask<AccessDecision> JudgeAsync(AccessRequest request, AuthenticationResult result, CancellationToken cancellationToken) => result switch
    {
        AuthenticationResult.Authenticated who => AuthorizeAsync(request, who, cancellationToken),
        AuthenticationResult.NoCredentials => new(AccessDecision.LoginRequired.Instance),
        AuthenticationResult.Rejected(var error, var description) => new(new AccessDecision.Unauthorized(error, description)),
        AuthenticationResult.Contradiction(var reason) => new(new AccessDecision.BadRequest(reason)),
        AuthenticationResult.Unavailable(var reason) => new(new AccessDecision.Unavailable(reason)),
        _ => throw new InvalidOperationException("An authenticator gave an answer that nobody knows."),
    };

    private ValueTask<AccessDecision> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who, CancellationToken cancellationToken)
    {
        if (originRule.Refuses(request, who))
        {
            return new(new AccessDecision.Forbidden(who.Identity, "A WebSocket with this session must come from the same origin."));
        }

        for (var i = 0; i < _authorizers.Length; i++)
        {
            var asked = _authorizers[i].AuthorizeAsync(request, who, cancellationToken);
            if (asked.IsCompletedSuccessfully && asked.Result is null)
            {
                continue;
            }

            return AuthorizeLaterAsync(request, who, asked, i + 1, cancellationToken);
        }

        return new(Allow(who));
    }

    private async ValueTask<AccessDecision> AuthorizeLaterAsync(
        AccessRequest request, AuthenticationResult.Authenticated who, ValueTask<AccessDecision?> asked, int next, CancellationToken cancellationToken)
    {
        var refusal = await asked;
        for (var i = next; refusal is null && i < _authorizers.Length; i++)
        {
            refusal = await _authorizers[i].AuthorizeAsync(request, who, cancellationToken);
        }

        return refusal ?? Allow(who);
    }

    private static AccessDecision.Allow Allow(AuthenticationResult.Authenticated who) =>
        who.Session?.Allowed(who.Method) ?? new AccessDecision.Allow(who.Identity, who.Method) { CredentialHeader = who.CredentialHeader, IdToken = who.IdToken };
}
