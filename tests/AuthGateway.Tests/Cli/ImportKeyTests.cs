using AuthGateway.Cli;

namespace AuthGateway.Tests.Cli;

/// <summary>YAML that <c>auth-gateway import</c> reads: keys of the Helm chart that are not read are named, and no file crashes it.</summary>
public sealed class ImportKeyTests : IDisposable
{
    private const string Values = """
        config:
          clientID: apps
          clientSecret: a-client-secret-of-an-example
          configFile: |-
            email_domains = [ "example.com" ]
            upstreams = [ "file:///dev/null" ]
        extraArgs:
          oidc-issuer-url: https://idp.example.com
          redirect-url: https://apps.example.com/oauth2/callback
          email-domain: example.com

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ingress:\n  enabled: true\n", null)]
    [InlineData("authenticatedEmailsFile:\n  enabled: false\n  restricted_access: \"\"\nhtpasswdFile:\n  enabled: false\nenvFrom: []\n", null)]
    [InlineData("authenticatedEmailsFile:\n  enabled: true\n  restricted_access: |-\n    ann@example.com\n", "authenticatedEmailsFile: a list of single addresses is not read")]
    [InlineData("envFrom:\n  - secretRef:\n      name: x\n", "envFrom: its variables are not in this file")]
    [InlineData("extraEnv:\n  - name: OAUTH2_PROXY_ALLOWED_GROUPS\n    valueFrom:\n      secretKeyRef: { name: x, key: y }\n", "OAUTH2_PROXY_ALLOWED_GROUPS: its value (valueFrom) is not in this file")]
    [InlineData("extraEnv:\n  OAUTH2_PROXY_ALLOWED_GROUPS: staff\n", "extraEnv is no list")]
    public async Task Key_that_is_not_read_ends_with_1_and_its_name(string more, string? problem) => await ExpectAsync(Values + more, problem);

    [Theory]
    [InlineData("  existingConfig: other\n", "config.existingConfig: the file is in a ConfigMap")]
    [InlineData("  google:\n    adminEmail: a@example.com\n    groups: [ x ]\n", "config.google: restricts who may pass")]
    [InlineData("  google: {}\n", null)]
    [InlineData("  emailDomains: [ x ]\n", "config.emailDomains: is not read")]
    public async Task Key_below_config_too(string more, string? problem) =>
        await ExpectAsync(Values.Replace("  configFile", more + "  configFile", StringComparison.Ordinal), problem);

    [Fact]
    public async Task What_opens_nothing_is_named_as_different()
    {
        var run = await RunAsync("oauth2-proxy", Values
            .Replace("  clientSecret: a-client-secret-of-an-example", "  existingSecret: x", StringComparison.Ordinal)
            + "htpasswdFile:\n  enabled: true\nsessionStorage:\n  type: redis\nextraEnv:\n  - name: OAUTH2_PROXY_COOKIE_SECRET\n    valueFrom:\n      secretKeyRef: { name: x, key: y }\n");

        foreach (var key in new[] { "config.existingSecret", "htpasswdFile", "sessionStorage", "OAUTH2_PROXY_COOKIE_SECRET" })
        {
            Assert.Matches($"# Different here:\n(#   .*\n)*#   [^ ]*: {key}: ", run.Output);
        }
    }

    [Theory]
    [InlineData("metadata: &a [*a]\n")]
    [InlineData("metadata: &a\n  annotations: *a\n")]
    [InlineData("metadata: &a\n  *a : b\n")]
    [InlineData(null)]
    public async Task Yaml_that_holds_itself_or_is_nested_without_end_is_refused(string? yaml)
    {
        var text = yaml ?? "metadata: " + new string('[', 100_000) + new string(']', 100_000) + "\n";

        foreach (var kind in new[] { "ingress-nginx", "oauth2-proxy" })
        {
            var run = await RunAsync(kind, text);

            Assert.Equal(ExitCode.Findings, run.ExitCode);
            Assert.Contains("is no YAML: line 1", run.Output.Replace("line 2", "line 1", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Annotations_behind_an_alias_are_read()
    {
        const string prefix = "nginx.ingress.kubernetes.io/";
        var run = await RunAsync("ingress-nginx", $"a: &x\n  {prefix}auth-url: https://apps.example.com/oauth2/auth\nb: *x\nc: *x\n");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.Contains("VERIFY_AUTH_URL=/oauth2/auth\n", run.Output, StringComparison.Ordinal);
    }

    private async Task ExpectAsync(string values, string? problem)
    {
        var run = await RunAsync("oauth2-proxy", values);

        Assert.Equal(problem is null ? ExitCode.Fine : ExitCode.Findings, run.ExitCode);
        Assert.Contains(problem ?? "EMAIL_DOMAINS=example.com", run.Output, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(string kind, string text) =>
        CommandRun.OfAsync(new Dictionary<string, string>(), "import", kind, "--show-secrets", _folder.Write("x.yaml", text));
}
