using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration;

/// <summary>Access rules and accepted credentials.</summary>
internal sealed record AccessOptions
{
    /// <summary>
    /// <c>SKIP_AUTH_URLS</c> as raw (percent-encoded, case-sensitive) paths. Each entry makes
    /// itself and everything below it public, an entry with a trailing slash only what begins with
    /// it. Never contains the gateway's own prefix or <c>/</c>.
    /// </summary>
    public IReadOnlyList<string> SkipAuthPaths { get; init; } = [];

    /// <summary>
    /// <c>SKIP_AUTH_ROUTES</c>: further public paths, by pattern and method. None matches every
    /// path.
    /// </summary>
    public IReadOnlyList<PathPattern> SkipAuthRoutes { get; init; } = [];

    /// <summary>
    /// <c>API_PATHS</c>: the answer without a session is always 401, never a redirect.
    /// </summary>
    public IReadOnlyList<PathPattern> ApiPaths { get; init; } = [];

    /// <summary>
    /// <c>EMAIL_DOMAINS</c>: domains whose addresses have access. Empty (default), or with
    /// <c>*</c>: everyone.
    /// </summary>
    public IReadOnlyList<string> EmailDomains { get; init; } = [];

    /// <summary>
    /// <c>GROUPS_ALLOWLIST</c>, trimmed globs. <c>["*"]</c> (default) allows every user.
    /// </summary>
    public IReadOnlyList<string> GroupsAllowlist { get; init; } = ["*"];

    /// <summary>
    /// <c>AUTH_HEADER</c>: request header that may hold a session value, default
    /// <c>Authorization</c>; <c>null</c> = no header is read.
    /// </summary>
    public string? AuthHeader { get; init; } = "Authorization";
    public string IdTokenHeader { get; init; } = "Authorization";
    public IReadOnlyList<string> Audiences { get; init; } = ["istio-ingressgateway.istio-system.svc.cluster.local"];
    public Uri? ExternalAuthzUrl { get; init; }
    public bool IdTokenEnabled { get; init; } = true;
    public bool KubernetesEnabled { get; init; } = true;

    /// <summary>
    /// True when <c>KUBERNETES_AUTHN_ENABLED=true</c> is written, not only the default.
    /// </summary>
    public bool KubernetesRequired { get; init; }

    /// <summary>
    /// <c>KUBECONFIG</c>: cluster for TokenReview outside a pod; takes precedence over the pod's
    /// own cluster.
    /// </summary>
    public string? KubeConfig { get; init; }
    public bool AccessTokenEnabled { get; init; } = true;
    public AccessTokenKind AccessTokenKind { get; init; } = AccessTokenKind.Jwt;

    /// <summary>
    /// <c>BASIC_AUTHN_ENABLED</c>, default false: accepts a session value as the password of Basic
    /// credentials.
    /// </summary>
    public bool BasicEnabled { get; init; }
    public bool CacheEnabled { get; init; }
    public TimeSpan CacheExpiration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Profile of Kubeflow 1.6 and older: <c>GET /logout</c>, callback <c>/login/oidc</c>,
    /// <c>X-Auth-Token</c>.
    /// </summary>
    public bool LegacyProfile { get; init; }
}
