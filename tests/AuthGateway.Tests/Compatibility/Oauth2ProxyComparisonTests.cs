namespace AuthGateway.Tests.Compatibility;

/// <summary>
/// Decision by decision on Kubeflow's file: the gateway's side always, that of oauth2-proxy where <c>OAUTH2_PROXY_BIN</c> names the program. Without it the
/// column Theirs is what is known of it from its documentation and code, not what was seen. Every difference has its reason.
/// </summary>
public sealed class Oauth2ProxyComparisonTests : IDisposable
{
    private const string Page = "a page visit goes to the provider at once; there is no sign-in page";
    private const string Query = "the query is never matched";
    private const string Closed = "a path that two servers may read differently is never public";
    private const string Asks = "a GET ends a session only as a navigation of this origin or of the user";
    private const string Good = "a check about the application's own path must not pass by it";
    private const string Html = "Accept: text/html";

    private static readonly string[] Click = ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];

    private static readonly Oauth2ProxyRow[] Rows =
    [
        new("GET /", false, "login", "403 page", Page, Html),
        new("GET /pipeline/", false, "login", "403 page", Page, Html),
        new("GET /pipeline/?x=1", false, "login", "403 page", Page),
        new("GET /apiary", false, "login", "403 page", Page, Html),
        new("GET /dex", false, "login", "403 page", Page, Html),
        new("GET /DEX/auth", false, "login", "403 page", Page, Html),
        new("GET /x?y=/api/", false, "login", "401", Query, Html),
        new("GET /x/dex/", false, "login", "403 page", Page, Html),
        new("GET /dex/auth", false, "pass", "pass", null),
        new("POST /dex/token", false, "pass", "pass", null),
        new("GET /dex/auth?x=1", false, "pass", "pass", null),
        new("GET /dex/%2e%2e/x", false, "login", "pass", Closed, Html),
        new("GET /dex//x", false, "login", "pass", Closed, Html),
        new("GET /api/x", false, "401", "401", null),
        new("GET /api/x", false, "401", "401", null, Html),
        new("GET /jupyter/api/namespaces", false, "401", "401", null),
        new("POST /jupyter/api/namespaces", false, "401", "401", null, "Content-Length: 0"),
        new("GET /pipeline/apis/v2beta1/runs", false, "401", "401", null),
        new("GET /ml_metadata.Store/Get", false, "401", "401", null),
        new("GET /x", false, "401", "401", null, "Accept: application/json"),
        new("GET /x", false, "401", "403 page", "a script gets no page", "Accept: */*", "User-Agent: Mozilla/5.0", "X-Requested-With: XMLHttpRequest"),
        new("POST /x", false, "401", "403 page", "a call that is no visit gets no page", "Content-Length: 0"),
        new("OPTIONS /x", false, "401", "403 page", "a call that is no visit gets no page"),
        new("GET /x", false, "401", "403 page", "a token that is no token of the provider is refused as such", "Authorization: Bearer x.y.z"),
        new("GET /oauth2/auth", false, "401", "401", null),
        new("GET /oauth2/userinfo", false, "401", "401", null, "Accept: application/json"),
        new("GET /oauth2/start?rd=/app", false, "login", "login", null, Html),
        new("GET /oauth2/sign_in?rd=/app", false, "login", "page", Page, Html),
        new("GET /oauth2/sign_out?rd=/app", false, "to /app", "to /app", null, Click),
        new("GET /oauth2/sign_out?rd=https://evil.example/", false, "to /", "to /", null, Click),
        new("GET /ping", false, "pass", "pass", null),
        new("GET /ping", false, "good", "pass", Good, "x-envoy-internal: true"),
        new("GET /ready", false, "pass", "pass", null),
        new("GET /ready", false, "good", "pass", Good, "x-envoy-internal: true"),
        new("GET /", true, "pass", "pass", null, Html, "x-envoy-internal: true"),
        new("GET /api/x", true, "pass", "pass", null),
        new("POST /x", true, "pass", "pass", null, "Content-Length: 0"),
        new("GET /x%2f..%2fy", true, "pass", "pass", null),
        new("GET /oauth2/auth", true, "202", "202", null),
        new("GET /oauth2/userinfo", true, "pass", "pass", null),
        new("GET /oauth2/userinfo", true, "good", "pass", Good, "x-envoy-internal: true"),
        new("GET /oauth2/sign_out", true, "page", "to /", Asks, Html),
        new("GET /oauth2/sign_out", true, "403 page", "to /", Asks, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_difference_has_a_reason_and_only_differences_have_one() =>
        Assert.All(Rows, row => Assert.Equal(row.Ours != row.Theirs, row.Reason is not null));

    [Fact]
    public async Task Both_decide_as_the_table_says()
    {
        await using var provider = await FakeProvider.StartAsync();
        var variables = Write(provider);
        var settings = new Dictionary<string, string>(variables) { ["PUBLIC_URL"] = "http://" + GatewayRig.PublicHost, ["OAUTH2_PROXY_CONFIG"] = _folder.File("x.cfg"), ["METRICS_PORT"] = "0" };
        foreach (var name in new[] { "OIDC_PROVIDER", "OIDC_SCOPES", "CLIENT_ID", "CLIENT_SECRET", "AUTHSERVICE_URL_PREFIX", "SKIP_AUTH_URLS" })
        {
            settings[name] = "";
        }

        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, settings, provider: provider);
        await CompareAsync(rig.Address, row => row.Ours);
        if (Oauth2ProxyProgram.Path is not null)
        {
            using var program = await Oauth2ProxyProgram.StartAsync(_folder.File("x.cfg"), variables);
            await CompareAsync(program.Address, row => row.Theirs);
        }
    }

    private static async Task CompareAsync(Uri address, Func<Oauth2ProxyRow, string> expected)
    {
        var browser = new Browser(new Dictionary<string, Uri> { [GatewayRig.PublicHost] = address });
        var (_, end) = await browser.VisitAsync($"http://{GatewayRig.PublicHost}/oauth2/start?rd=/app");
        Assert.Equal($"http://{GatewayRig.PublicHost}/app", end);
        var cookie = $"Cookie: oauth2_proxy_kubeflow={browser.CookiesOf(GatewayRig.PublicHost)["oauth2_proxy_kubeflow"]}";
        var wrong = new List<string>();
        foreach (var row in Rows)
        {
            string[] lines = row.HasSession ? [cookie, .. row.Headers] : row.Headers;
            var answer = await RawClient.OnceAsync(
                address,
                $"{row.Request} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
            if (Oauth2ProxyRow.DecisionOf(answer) is var seen && seen != expected(row))
            {
                wrong.Add($"{row.Request} [{string.Join("; ", row.Headers)}] {(row.HasSession ? "with" : "without")} a session: {seen}, expected {expected(row)}");
            }
        }

        Assert.Empty(wrong);
    }

    private Dictionary<string, string> Write(FakeProvider provider)
    {
        var text = Repository.Read("tests/AuthGateway.Tests/Compatibility/Oauth2ProxyFiles/kubeflow.cfg")
            .Replace("http://dex.auth.svc.cluster.local:5556/dex/keys", provider.Issuer + "/jwks", StringComparison.Ordinal)
            .Replace("http://dex.auth.svc.cluster.local:5556/dex", provider.Issuer, StringComparison.Ordinal)
            .Replace("\"/dex/auth\"", $"\"{provider.Issuer}/authorize\"", StringComparison.Ordinal)
            .Replace("\"/oauth2/callback\"\nrelative_redirect_url = true", $"\"http://{GatewayRig.PublicHost}/oauth2/callback\"", StringComparison.Ordinal);
        File.WriteAllText(_folder.File("x.cfg"), text);
        return new Dictionary<string, string>
        {
            ["OAUTH2_PROXY_CLIENT_ID"] = FakeProvider.ClientId,
            ["OAUTH2_PROXY_CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["OAUTH2_PROXY_COOKIE_SECRET"] = "a-cookie-secret-of-32-characters",
            ["OAUTH2_PROXY_COOKIE_SECURE"] = "false",
            ["OAUTH2_PROXY_SKIP_JWT_BEARER_TOKENS"] = "true",
        };
    }
}
