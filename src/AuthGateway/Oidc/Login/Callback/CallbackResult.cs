using AuthGateway.Oidc.Login.Attempts;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>The result of validating a callback.</summary>
internal abstract record CallbackResult
{
    private CallbackResult()
    {
    }

    internal sealed record GoTo(string Address, bool IsAfterLogout = false) : CallbackResult;

    internal sealed record Restart(LoginStart Start, string AttemptId) : CallbackResult;

    /// <param name="Attempt">The login that this browser began.</param>
    /// <param name="State">The key of its state, which is redeemed once.</param>
    internal sealed record Redeem(LoginAttempt Attempt, string State) : CallbackResult;

    /// <param name="Failure">The page that ends the login.</param>
    /// <param name="AttemptId">The attempt whose cookie is deleted; null = none.</param>
    internal sealed record Fail(LoginFailedException Failure, string? AttemptId) : CallbackResult
    {
        /// <summary>A failure whose page links to the page first requested.</summary>
        public static Fail Of(LoginFailedException failure, LoginState state, bool consumes = true)
        {
            failure.ReturnPath = state.ReturnPath;
            return new(failure, consumes ? state.AttemptId : null);
        }
    }

    /// <summary>One automatic new login; the count is in the sealed state.</summary>
    public static CallbackResult Again(LoginState state, LoginFailedException otherwise) => state.Retries == 0
        ? new Restart(new LoginStart(state.ReturnPath, Retries: 1, state.Prompt), state.AttemptId)
        : Fail.Of(otherwise, state);
}
