using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Packaging;

public sealed class ManifestTests
{
    [Fact]
    public async Task The_service_is_where_kubeflows_filter_looks_for_it()
    {
        var service = (await Kustomize.RenderAsync()).Document("Service", "authservice");

        Assert.Contains("namespace: istio-system", service, StringComparison.Ordinal);
        Assert.Contains("  - name: http-authservice\n    port: 8080\n    targetPort: http-api\n", service, StringComparison.Ordinal);
        Assert.Contains("  publishNotReadyAddresses: true\n", service, StringComparison.Ordinal);
        Assert.Contains("  selector:\n    app: authservice\n", service, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_our_defaults_the_secret_and_the_config_map_in_this_order_by_their_hashed_names()
    {
        var manifests = await Kustomize.RenderAsync();

        var defaults = manifests.Name("ConfigMap", "authservice-defaults");
        var secret = manifests.Name("Secret", "oidc-authservice-client");
        var parameters = manifests.Name("ConfigMap", "oidc-authservice-parameters");

        Assert.Contains(
            $"envFrom:\n        - configMapRef:\n            name: {defaults}\n        - secretRef:\n            name: {secret}\n        - configMapRef:\n            name: {parameters}\n",
            manifests.Document("StatefulSet", "authservice"), StringComparison.Ordinal);
        Assert.Contains("data:\n  SHUTDOWN_DELAY: \"5\"\n", manifests.Document("ConfigMap", "authservice-defaults"), StringComparison.Ordinal);
        Assert.Contains("  OIDC_SCOPES: profile email\n", manifests.Document("ConfigMap", "oidc-authservice-parameters"), StringComparison.Ordinal);
        Assert.Contains("  CLIENT_SECRET: ", manifests.Document("Secret", "oidc-authservice-client"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runAsNonRoot: true")]
    [InlineData("runAsUser: 1654")]
    [InlineData("fsGroup: 1654")]
    [InlineData("readOnlyRootFilesystem: true")]
    [InlineData("allowPrivilegeEscalation: false")]
    [InlineData("type: RuntimeDefault")]
    [InlineData("drop:\n            - ALL")]
    [InlineData("automountServiceAccountToken: false")]
    [InlineData("enableServiceLinks: false")]
    [InlineData("sidecar.istio.io/inject: \"false\"")]
    [InlineData("replicas: 1")]
    [InlineData("claimName: authservice-pvc")]
    [InlineData("mountPath: /var/lib/authservice")]
    public async Task The_pod_has_no_more_rights_than_it_needs(string line)
    {
        Assert.Contains(line, (await Kustomize.RenderAsync()).Document("StatefulSet", "authservice"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_ask_the_probe_port()
    {
        var workload = (await Kustomize.RenderAsync()).Document("StatefulSet", "authservice");

        Assert.Matches(@"readinessProbe:\n\s+httpGet:\n\s+path: /\n\s+port: 8081", workload);
        Assert.Matches(@"livenessProbe:\n(\s+failureThreshold: \d+\n)?\s+httpGet:\n\s+path: /healthz\n\s+port: 8081", workload);
    }

    [Fact]
    public async Task Kubeflows_filter_fails_closed_and_copies_the_headers_that_the_gateway_is_told_of()
    {
        var manifests = await Kustomize.RenderAsync("envoy-filter");
        var filter = manifests.Document("EnvoyFilter", "authn-filter");

        Assert.Contains("failure_mode_allow: false", filter, StringComparison.Ordinal);
        Assert.Contains("name: envoy.filters.network.http_connection_manager", filter, StringComparison.Ordinal);
        Assert.Contains("cluster: outbound|8080||authservice.istio-system.svc.cluster.local", filter, StringComparison.Ordinal);
        Assert.Equal(ToldHeaders(manifests), CopiedHeaders(filter));
    }

    [Fact]
    public async Task The_inline_component_names_the_upstream_and_closes_the_way_around_the_gateway()
    {
        var manifests = await Kustomize.RenderAsync("inline");

        Assert.Contains("  UPSTREAM_URL: http://istio-ingressgateway.istio-system.svc.cluster.local\n",
            manifests.Document("ConfigMap", "oidc-authservice-parameters"), StringComparison.Ordinal);
        Assert.Contains("    - podSelector:\n        matchLabels:\n          app: authservice\n    ports:\n    - port: 8080\n",
            manifests.Document("NetworkPolicy", "ingressgateway-hears-authservice-only"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_istio_provider_component_asks_for_every_request()
    {
        var manifests = await Kustomize.RenderAsync("istio-provider");
        var policy = manifests.Document("AuthorizationPolicy", "ingressgateway-auth-gateway");

        Assert.Contains("  action: CUSTOM\n  provider:\n    name: auth-gateway\n  rules:\n  - {}\n", policy, StringComparison.Ordinal);
        Assert.Equal(["kubeflow-userid", "kubeflow-groups", "auth-method", "cookie"], ToldHeaders(manifests));
    }

    [Fact]
    public async Task The_kubernetes_tokens_component_gives_the_pod_a_token_and_the_right_to_have_others_reviewed()
    {
        var manifests = await Kustomize.RenderAsync("kubernetes-tokens");
        var binding = manifests.Document("ClusterRoleBinding", "authservice-token-review");
        var role = manifests.Document("ClusterRole", "authservice-token-review");

        Assert.Contains("  automountServiceAccountToken: true\n", manifests.Document("StatefulSet", "authservice"), StringComparison.Ordinal);
        Assert.Contains("  kind: ClusterRole\n  name: authservice-token-review\n", binding, StringComparison.Ordinal);
        Assert.Contains("- kind: ServiceAccount\n  name: authservice\n  namespace: istio-system\n", binding, StringComparison.Ordinal);
        Assert.Contains("rules:\n- apiGroups:\n  - authentication.k8s.io\n  resources:\n  - tokenreviews\n  verbs:\n  - create\n", role, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(role, "apiGroups:"));
    }

    [Theory]
    [InlineData("envoy-filter", "EnvoyFilter", "authn-filter")]
    [InlineData("istio-provider", "AuthorizationPolicy", "ingressgateway-auth-gateway")]
    [InlineData("inline", "NetworkPolicy", "ingressgateway-hears-authservice-only")]
    public async Task What_closes_the_door_stands_beside_the_ingress_gateway_in_an_overlay_without_a_namespace_too(string component, string kind, string name)
    {
        Assert.Contains("\n  namespace: istio-system\n", (await Kustomize.RenderAsync(component)).Document(kind, name), StringComparison.Ordinal);
    }

    private static string[] ToldHeaders(RenderedManifests manifests) =>
        Regex.Match(manifests.Document("ConfigMap", "oidc-authservice-parameters"), "EXT_AUTHZ_UPSTREAM_HEADERS: (.+)").Groups[1].Value.Split(',');

    private static string[] CopiedHeaders(string filter) =>
    [
        .. Regex.Matches(Regex.Match(filter, @"allowed_upstream_headers:\s+patterns:\n((?:\s+- exact: \S+\n?)+)").Groups[1].Value, @"exact: (\S+)")
            .Select(match => match.Groups[1].Value),
    ];
}
