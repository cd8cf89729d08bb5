namespace AuthGateway.Oidc.Login;

/// <summary>A login that ends in a page; thrown inside the handler's events (there <c>Fail()</c> would lose the return path).</summary>
internal sealed class LoginFailedException(LoginFailure failure, string? detail = null, Exception? inner = null) : Exception(failure.Code, inner)
{
    public LoginFailure Failure { get; } = failure;

    /// <summary>A further sentence for the page; encoded there.</summary>
    public string? Detail { get; } = detail;

    /// <summary>Why, in a sentence for the log: endpoint and status, the check that failed, what was expected and seen. Never a secret. Default: <see cref="Detail"/>, else the advice.</summary>
    public string Reason { get => field ?? Detail ?? Failure.Advice; init; }

    /// <summary>The page first asked for, where a good state tells it; null when it is not known.</summary>
    public string? ReturnPath { get; set; }
}
