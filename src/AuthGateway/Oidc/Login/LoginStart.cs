namespace AuthGateway.Oidc.Login;

/// <summary>What a login begins with.</summary>
/// <param name="ReturnPath">A path that <see cref="ReturnUrl"/> has accepted.</param>
/// <param name="Retries">How many automatic new logins came before.</param>
/// <param name="Prompt"><c>login</c> demands a fresh login (OIDC Core §3.1.2.1).</param>
internal sealed record LoginStart(string ReturnPath, int Retries = 0, string? Prompt = null)
{
    /// <summary>True when the return path is the address that the browser shows now: its fragment can be kept.</summary>
    public bool IsVisit { get; init; }

    /// <summary>True when a page of ours keeps it.</summary>
    public bool KeepsFragment { get; init; }

    /// <summary><c>login_hint</c> of a third party (OIDC Core §4); null = none.</summary>
    public string? LoginHint { get; init; }
}
