namespace AuthGateway.Configuration;

/// <summary>The few pages we show.</summary>
internal sealed record PageOptions
{
    /// <summary><c>CLIENT_NAME</c>, default <c>AuthService</c>.</summary>
    public string ClientName { get; init; } = "AuthService";
    public string Theme { get; init; } = "kubeflow";

    /// <summary><c>THEMES_URL</c>, default <c>themes</c> (ours).</summary>
    public string ThemesUrl { get; init; } = "themes";

    /// <summary><c>KEEP_FRAGMENT</c>: a small page keeps the part of an address behind <c>#</c> over a login. Default false.</summary>
    public bool KeepFragment { get; init; }
}
