namespace AuthGateway.Configuration;

/// <summary>URLs as browsers see them.</summary>
internal sealed record UrlOptions
{
    /// <summary>
    /// Path of <c>AUTHSERVICE_URL_PREFIX</c>, always with one slash at both ends. Default
    /// <c>/authservice/</c>.
    /// </summary>
    public required string Prefix { get; init; }

    /// <summary>
    /// Origin that browsers see, without a trailing slash (<c>https://kf.example.com</c>);
    /// <c>null</c> when all settings are relative.
    /// </summary>
    public string? PublicOrigin { get; init; }

    /// <summary>
    /// Whether the public origin's scheme is https; <c>null</c> when it is unknown.
    /// </summary>
    public bool? PublicIsHttps => PublicOrigin?.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// <c>redirect_uri</c> sent to the provider, byte for byte as configured: absolute, or relative
    /// as in stock Kubeflow's Dex client.
    /// </summary>
    public required string RedirectUri { get; init; }

    /// <summary>Raw path of <see cref="RedirectUri"/>, compared on bytes.</summary>
    public required string CallbackPath { get; init; }

    /// <summary>
    /// <c>Prefix + oidc/callback</c>: stays valid beside <see cref="CallbackPath"/>.
    /// </summary>
    public string DefaultCallbackPath => Prefix + "oidc/callback";

    /// <summary><c>Prefix + logged-in</c>: end of a login that has no return path.</summary>
    public string LoggedInPath => Prefix + "logged-in";

    /// <summary>
    /// <c>AFTER_LOGIN_URL</c>: target after a login, with the page first requested as <c>next=</c>;
    /// <c>null</c> = that page itself.
    /// </summary>
    public string? AfterLoginUrl { get; init; }

    /// <summary><c>AFTER_LOGOUT_URL</c>. Default: <c>Prefix + site/after_logout</c>.</summary>
    public required string AfterLogoutUrl { get; init; }

    /// <summary><c>HOMEPAGE_URL</c>. Default: <c>Prefix + site/homepage</c>.</summary>
    public required string HomepageUrl { get; init; }

    /// <summary>
    /// <c>post_logout_redirect_uri</c> sent to the provider; <c>null</c> when no absolute URL is
    /// known.
    /// </summary>
    public string? PostLogoutRedirectUri { get; init; }

    /// <summary>
    /// Path of <c>VERIFY_AUTH_URL</c> without a trailing slash. Default: <c>Prefix + verify</c>.
    /// </summary>
    public required string VerifyPath { get; init; }

    /// <summary>
    /// <c>OAUTH2_ADDRESSES</c>, default false: the addresses of oauth2-proxy are served too.
    /// </summary>
    public bool Oauth2Addresses { get; init; }

    /// <summary>A login, at an address of oauth2-proxy; null when it is not served.</summary>
    public string? StartPath => Oauth2Addresses ? Prefix + "start" : null;

    /// <summary>oauth2-proxy's sign-in page, a login here; null when it is not served.</summary>
    public string? SignInPath => Oauth2Addresses ? Prefix + "sign_in" : null;

    /// <summary>A logout, at an address of oauth2-proxy; null when it is not served.</summary>
    public string? SignOutPath => Oauth2Addresses ? Prefix + "sign_out" : null;

    /// <summary>
    /// Probes on the main listener, as oauth2-proxy has them; null when they are not served.
    /// </summary>
    public string? PingPath => Oauth2Addresses ? "/ping" : null;

    /// <summary>Like <see cref="PingPath"/>, whether the gateway is ready.</summary>
    public string? ReadyPath => Oauth2Addresses ? "/ready" : null;

    /// <summary>The login: <c>?return_url=&amp;prompt=login</c>.</summary>
    public string LoginPath => Prefix + "login";

    /// <summary>The logout.</summary>
    public string LogoutPath => Prefix + "logout";

    /// <summary>Claims of the session as JSON.</summary>
    public string UserInfoPath => Prefix + "userinfo";

    /// <summary>Checks of Traefik and Caddy.</summary>
    public string ForwardAuthPath => Prefix + "forward-auth";

    /// <summary>OIDC Back-Channel Logout 1.0 §2.5.</summary>
    public string BackChannelLogoutPath => Prefix + "backchannel-logout";

    /// <summary>The pages of oidc-authservice, and what they load.</summary>
    public string SitePath => Prefix + "site/";

    /// <summary>Every address that the callback must not have.</summary>
    public IReadOnlyList<string> OwnPaths =>
    [
        Prefix, LoginPath, LogoutPath, UserInfoPath, ForwardAuthPath, BackChannelLogoutPath, Prefix + "verify",
        VerifyPath,
        .. new[] { StartPath, SignInPath, SignOutPath, PingPath, ReadyPath }.OfType<string>(),
    ];

    /// <summary>The address of a login that leads back to a path.</summary>
    public string LoginUrl(string returnPath) => $"{LoginPath}?return_url={Uri.EscapeDataString(returnPath)}";
}
