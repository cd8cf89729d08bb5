using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration;

/// <summary>Who may pass, and by which credential.</summary>
internal sealed record AccessOptions
{
    /// <summary>
    /// <c>SKIP_AUTH_URLS</c> as raw (percent-encoded, case-sensitive) paths: each opens itself and everything below it; one with a trailing
    /// slash only what begins with it.
    /// Never contains our own prefix or <c>/</c>.
    /// </summary>
    public IReadOnlyList<string> SkipAuthPaths { get; init; } = [];

    /// <summary><c>API_PATHS</c> like <see cref="SkipAuthPaths"/>: always 401 instead of a redirect.</summary>
    public IReadOnlyList<string> ApiPaths { get; init; } = [];

    /// <summary><c>GROUPS_ALLOWLIST</c>, trimmed globs. <c>["*"]</c> = everybody.</summary>
    public IReadOnlyList<string> GroupsAllowlist { get; init; } = ["*"];

    /// <summary>Header of a session value, default <c>Authorization</c>; <c>null</c> = no header lookup.</summary>
    public string? AuthHeader { get; init; } = "Authorization";
    public string IdTokenHeader { get; init; } = "Authorization";
    public IReadOnlyList<string> Audiences { get; init; } = ["istio-ingressgateway.istio-system.svc.cluster.local"];
    public Uri? ExternalAuthzUrl { get; init; }
    public bool IdTokenEnabled { get; init; } = true;
    public bool KubernetesEnabled { get; init; } = true;

    /// <summary>True when the operator wrote <c>KUBERNETES_AUTHN_ENABLED=true</c> himself.</summary>
    public bool KubernetesDemanded { get; init; }

    /// <summary><c>KUBECONFIG</c>: the cluster to ask outside a pod; wins over the pod's own.</summary>
    public string? KubeConfig { get; init; }
    public bool AccessTokenEnabled { get; init; } = true;
    public AccessTokenKind AccessTokenKind { get; init; } = AccessTokenKind.Jwt;

    /// <summary><c>BASIC_AUTHN_ENABLED</c>, default false: a session value as the password of Basic credentials.</summary>
    public bool BasicEnabled { get; init; }
    public bool CacheEnabled { get; init; }
    public TimeSpan CacheExpiration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The oldest generation's profile (Kubeflow ≤ 1.6): <c>GET /logout</c>, <c>/login/oidc</c>, <c>X-Auth-Token</c>.</summary>
    public bool LegacyProfile { get; init; }
}

internal enum AccessTokenKind { Jwt, Opaque }
