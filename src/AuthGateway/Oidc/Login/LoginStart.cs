namespace AuthGateway.Oidc.Login;

/// <summary>The parameters of a new login.</summary>
/// <param name="ReturnPath">A path accepted by <see cref="ReturnUrl"/>.</param>
/// <param name="Retries">The number of automatic new logins before this one.</param>
/// <param name="Prompt">
/// <c>login</c> requests reauthentication (OIDC Core §3.1.2.1); null otherwise.
/// </param>
internal sealed record LoginStart(string ReturnPath, int Retries = 0, string? Prompt = null)
{
    /// <summary>
    /// True when the return path is the address in the browser's address bar: its fragment can be
    /// kept.
    /// </summary>
    public bool IsVisit { get; init; }

    /// <summary>True when a page of the gateway stores the fragment.</summary>
    public bool KeepsFragment { get; init; }

    /// <summary>
    /// The <c>login_hint</c> of a third-party initiated login (OIDC Core §4); null = none.
    /// </summary>
    public string? LoginHint { get; init; }
}
