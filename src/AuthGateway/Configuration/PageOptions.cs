namespace AuthGateway.Configuration;

/// <summary>Settings of the gateway's HTML pages.</summary>
internal sealed record PageOptions
{
    /// <summary><c>CLIENT_NAME</c>, default <c>AuthService</c>.</summary>
    public string ClientName { get; init; } = "AuthService";
    public string Theme { get; init; } = "kubeflow";

    /// <summary><c>THEMES_URL</c>, default <c>themes</c> (built in).</summary>
    public string ThemesUrl { get; init; } = "themes";

    /// <summary>
    /// <c>KEEP_FRAGMENT</c>: a page with a script keeps the URL fragment (after <c>#</c>) across a
    /// login. Default false.
    /// </summary>
    public bool KeepFragment { get; init; }
}
