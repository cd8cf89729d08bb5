using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Tests.Packaging;

/// <summary>
/// <c>manifests/kubeflow-26</c> in the place of oauth2-proxy's folder: one line of the overlay changes, and no object outside. Packaging/Kubeflow26 is our copy
/// of Kubeflow's objects.
/// </summary>
public sealed class Kubeflow26Tests : IDisposable
{
    private const string Config = "/etc/oauth2_proxy/oauth2_proxy.cfg";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_line_of_the_overlay_swaps_the_pod_and_changes_nothing_else()
    {
        var (stock, swapped) = await RenderAsync();

        Assert.Equal(stock.Keys.Order(StringComparer.Ordinal), swapped.Keys.Order(StringComparer.Ordinal));
        var changed = stock.Keys.Where(key => stock[key] != swapped[key]).ToList();
        Assert.Equal(
            ["ConfigMap oauth2-proxy/oauth2-proxy", "Deployment oauth2-proxy/oauth2-proxy", "Secret oauth2-proxy/oauth2-proxy", "ServiceAccount oauth2-proxy/oauth2-proxy"],
            changed.Order(StringComparer.Ordinal));
        foreach (var key in new[] { "Secret oauth2-proxy/oauth2-proxy", "ConfigMap oauth2-proxy/oauth2-proxy" })
        {
            Assert.Equal(DataKeys(stock[key]), DataKeys(swapped[key]));
        }
    }

    [Theory]
    [InlineData("      labels:\n        app: oauth2-proxy\n")]
    [InlineData("        - containerPort: 4180\n          name: http\n")]
    [InlineData("        - containerPort: 44180\n          name: metrics\n")]
    [InlineData("          httpGet:\n            path: /ping\n            port: http\n")]
    [InlineData("          httpGet:\n            path: /ready\n            port: http\n")]
    [InlineData("        runAsNonRoot: true\n")]
    [InlineData("          readOnlyRootFilesystem: true\n")]
    [InlineData("            drop:\n            - ALL\n")]
    [InlineData("  replicas: 1\n")]
    public async Task Pod_has(string text) =>
        Assert.Contains(text, (await RenderAsync()).Swapped["Deployment oauth2-proxy/oauth2-proxy"], StringComparison.Ordinal);

    [Fact]
    public async Task Gateway_starts_on_the_environment_of_the_pod()
    {
        var (_, swapped) = await RenderAsync();
        var environment = Environment(swapped);
        File.WriteAllText(_folder.File("oauth2_proxy.cfg"), Data(swapped["ConfigMap oauth2-proxy/oauth2-proxy"])["oauth2_proxy.cfg"]);
        Assert.Equal(Config, environment["OAUTH2_PROXY_CONFIG"]);
        environment["OAUTH2_PROXY_CONFIG"] = _folder.File("oauth2_proxy.cfg");

        var result = SettingsReader.Read(environment, []);

        Assert.Empty(result.Errors);
        Assert.DoesNotContain(result.Warnings, line => line.StartsWith("SKIP_AUTH_URLS", StringComparison.Ordinal));
        var options = result.Options!;
        Assert.Equal([4180, 44180], [options.Server.Port, options.Server.MetricsPort]);
        Assert.True(options.Server.Hostname is null or "*", options.Server.Hostname);
        Assert.False(options.Server.IsInline);
        Assert.True(options.Urls.Oauth2Addresses);
        Assert.Equal("/oauth2/callback", options.Urls.CallbackPath);
        Assert.Equal(["the-secret-of-this-cluster"], options.Provider.ClientSecrets.Current);
        Assert.Equal(["~/api/", "~/apis/", "~^/ml_metadata"], options.Access.ApiPaths.Select(path => path.Text));
        Assert.Equal(["authorization", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-user"], options.Server.ExtAuthzUpstreamHeaders);
        Assert.True(options.Access.KubernetesEnabled);
        Assert.Equal(["istio-ingressgateway.istio-system.svc.cluster.local"], options.Access.Audiences);
        Assert.Equal(["kubeflow-groups", "kubeflow-userid"], options.Identity.ClaimHeaders.Select(pair => pair.Value).Where(name => name.StartsWith("kubeflow", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Client_cannot_bring_the_names_that_the_mesh_writes()
    {
        var environment = Environment((await RenderAsync()).Swapped);
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string>
        {
            ["CLAIM_HEADERS"] = environment["CLAIM_HEADERS"],
            ["USERID_HEADER"] = "X-Auth-Request-Email",
            ["GROUPS_HEADER"] = "X-Auth-Request-Groups",
            ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "authorization,x-auth-request-email,x-auth-request-groups,x-auth-request-user",
        });
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var removed = (await rig.SendAsync("GET", "/app", session, "kubeflow-userid: victim")).Header("x-envoy-auth-headers-to-remove")!.Split(',').Select(name => name.Trim()).ToList();

        Assert.Contains("kubeflow-userid", removed, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("kubeflow-groups", removed, StringComparer.OrdinalIgnoreCase);
    }

    private async Task<(Dictionary<string, string> Stock, Dictionary<string, string> Swapped)> RenderAsync()
    {
        var copy = Path.Combine(_folder.Path, "kubeflow");
        foreach (var (from, to) in new[] { ("tests/AuthGateway.Tests/Packaging/Kubeflow26", copy), ("manifests/kubeflow-26", Path.Combine(copy, "gateway")) })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, from), "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(to, Path.GetRelativePath(Path.Combine(Repository.Root, from), file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }

        var overlay = Path.Combine(copy, "overlay");
        var stock = Objects(await Kustomize.RenderFolderAsync(overlay));
        var kustomization = Path.Combine(overlay, "kustomization.yaml");
        var text = await File.ReadAllTextAsync(kustomization);
        Assert.Single(Regex.Matches(text, "- \\.\\./base\n"));
        await File.WriteAllTextAsync(kustomization, text.Replace("- ../base\n", "- ../gateway\n", StringComparison.Ordinal));
        return (stock, Objects(await Kustomize.RenderFolderAsync(overlay)));
    }

    // Generated names end in a hash of their contents; references to them are compared without it.
    private static Dictionary<string, string> Objects(RenderedManifests manifests) => manifests.Documents
        .Select(document => Regex.Replace(document.Trim() + "\n", "(name: oauth2-proxy(?:-parameters)?)-[a-z0-9]{10}\n", "$1\n"))
        .ToDictionary(document => $"{Field(document, "^kind")} {Field(document, "^  namespace")}/{Field(document, "^  name")}");

    private static string Field(string document, string name) => Regex.Match(document, name + ": (.+)$", RegexOptions.Multiline).Groups[1].Value;

    private static YamlMappingNode Map(string document)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(document));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static Dictionary<string, string> Data(string document) =>
        ((YamlMappingNode)Map(document)["data"]).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());

    private static IEnumerable<string> DataKeys(string document) => Data(document).Keys.Order(StringComparer.Ordinal);

    /// <summary>The variables of the container, with what its Secret and ConfigMap hold.</summary>
    private static Dictionary<string, string> Environment(Dictionary<string, string> objects)
    {
        var container = (YamlMappingNode)Map(objects["Deployment oauth2-proxy/oauth2-proxy"])["spec"]["template"]["spec"]["containers"][0];
        return ((YamlSequenceNode)container["env"]).Cast<YamlMappingNode>().ToDictionary(variable => variable["name"].ToString(), variable =>
        {
            if (variable.Children.TryGetValue("value", out var value))
            {
                return value.ToString();
            }

            var from = (YamlMappingNode)variable["valueFrom"];
            var isSecret = from.Children.ContainsKey("secretKeyRef");
            var reference = from[isSecret ? "secretKeyRef" : "configMapKeyRef"];
            var held = Data(objects[$"{(isSecret ? "Secret" : "ConfigMap")} oauth2-proxy/{reference["name"]}"])[reference["key"].ToString()];
            return isSecret ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(held)) : held;
        });
    }
}
