namespace AuthGateway.Oidc.Login;

/// <summary>
/// A login ends with an error page. Thrown inside the handler's events, where <c>Fail()</c> would
/// lose the return path.
/// </summary>
internal sealed class LoginFailedException(LoginFailure failure, string? detail = null, Exception? inner = null)
    : Exception(failure.Code, inner)
{
    public LoginFailure Failure { get; } = failure;

    /// <summary>A further sentence for the page, which encodes it.</summary>
    public string? Detail { get; } = detail;

    /// <summary>
    /// The reason as a sentence for the log: endpoint and status, the failed check, the expected
    /// and the actual value. Never a secret. Default: <see cref="Detail"/>, otherwise the advice.
    /// </summary>
    public string Reason { get => field ?? Detail ?? Failure.Advice; init; }

    /// <summary>
    /// True when a callback's code was not sent to the provider: the same address can be opened
    /// again.
    /// </summary>
    public bool IsCodeUnsent { get; set; }

    /// <summary>
    /// The page first requested, when a valid state names it; null when it is unknown.
    /// </summary>
    public string? ReturnPath { get; set; }
}
