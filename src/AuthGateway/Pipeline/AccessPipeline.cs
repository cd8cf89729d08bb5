using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// Makes the access decision, for all entry points alike: skip-auth → authenticate → authorize. For
/// a live session in memory it completes synchronously and without a state machine. A step that
/// must wait continues in its <c>…LaterAsync</c> method.
/// </summary>
internal sealed class AccessPipeline(
    SkipAuthRules skipAuth,
    OriginRule originRule,
    IReadOnlyList<IAuthenticator> authenticators,
    IReadOnlyList<IAuthorizer> authorizers)
{
    private readonly IAuthenticator[] _authenticators = [.. authenticators];
    private readonly IAuthorizer[] _authorizers = [.. authorizers];

    public ValueTask<AccessDecision> DecideAsync(AccessRequest request)
    {
        if (skipAuth.Matches(request.Target))
        {
            return new(AccessDecision.Allow.Public);
        }

        var who = AuthenticateAsync(request);
        return who.IsCompletedSuccessfully ? DecideAsync(request, who.Result) : DecideLaterAsync(request, who);
    }

    /// <summary>Authenticates a request without a decision, for the gateway's own pages.</summary>
    public ValueTask<AuthenticationResult> AuthenticateAsync(AccessRequest request) => AskFromAsync(0, request);

    private ValueTask<AuthenticationResult> AskFromAsync(int index, AccessRequest request)
    {
        if (index == _authenticators.Length)
        {
            return new(AuthenticationResult.NoCredentials.Instance);
        }

        var asked = _authenticators[index].AuthenticateAsync(request);
        return asked.IsCompletedSuccessfully
            ? OrAskNextAsync(asked.Result, index, request)
            : AskLaterAsync(asked, index, request);
    }

    private ValueTask<AuthenticationResult> OrAskNextAsync(
        AuthenticationResult result, int index, AccessRequest request) =>
        result is AuthenticationResult.NoCredentials ? AskFromAsync(index + 1, request) : new(result);

    private async ValueTask<AuthenticationResult> AskLaterAsync(
        ValueTask<AuthenticationResult> asked, int index, AccessRequest request) =>
        await OrAskNextAsync(await asked, index, request);

    private async ValueTask<AccessDecision> DecideLaterAsync(
        AccessRequest request, ValueTask<AuthenticationResult> who) =>
        await DecideAsync(request, await who);

    private ValueTask<AccessDecision> DecideAsync(AccessRequest request, AuthenticationResult result) => result switch
    {
        AuthenticationResult.Authenticated who => AuthorizeKnownAsync(who, request),
        AuthenticationResult.NoCredentials => new(AccessDecision.LoginRequired.Instance),
        AuthenticationResult.Rejected(var error, var description) =>
            new(new AccessDecision.Unauthorized(error, description)),
        AuthenticationResult.Contradiction(var reason) => new(new AccessDecision.BadRequest(reason)),
        AuthenticationResult.Unavailable unknown =>
            new(new AccessDecision.Unavailable(unknown.Reason) { IsBusy = unknown.IsBusy }),
        _ => throw new InvalidOperationException("Unknown authentication result."),
    };

    private ValueTask<AccessDecision> AuthorizeKnownAsync(AuthenticationResult.Authenticated who, AccessRequest request)
    {
        if (!request.Connection.HasShownIdentity)
        {
            request.Connection.HasShownIdentity = true;
        }

        return AuthorizeAsync(who, request);
    }

    private ValueTask<AccessDecision> AuthorizeAsync(AuthenticationResult.Authenticated who, AccessRequest request) =>
        originRule.Refuses(request, who)
            ? new(
                new AccessDecision.Forbidden(
                    who.Identity, "A WebSocket with this session must come from the same origin."))
            : GrantFromAsync(0, who, request);

    private ValueTask<AccessDecision> GrantFromAsync(
        int index, AuthenticationResult.Authenticated who, AccessRequest request)
    {
        if (index == _authorizers.Length)
        {
            return new(Allow(who));
        }

        var asked = _authorizers[index].AuthorizeAsync(request, who);
        return asked.IsCompletedSuccessfully
            ? OrGrantNextAsync(asked.Result, index, who, request)
            : GrantLaterAsync(asked, index, who, request);
    }

    private ValueTask<AccessDecision> OrGrantNextAsync(
        AccessDecision? refusal, int index, AuthenticationResult.Authenticated who, AccessRequest request) =>
        refusal is null ? GrantFromAsync(index + 1, who, request) : new(refusal);

    private async ValueTask<AccessDecision> GrantLaterAsync(
        ValueTask<AccessDecision?> asked, int index, AuthenticationResult.Authenticated who, AccessRequest request) =>
        await OrGrantNextAsync(await asked, index, who, request);

    private static AccessDecision.Allow Allow(AuthenticationResult.Authenticated who) =>
        who.Session?.Allowed(who.Method)
            ?? new AccessDecision.Allow(who.Identity, who.Method)
            {
                CredentialHeader = who.CredentialHeader,
                IdToken = who.IdToken,
            };
}
