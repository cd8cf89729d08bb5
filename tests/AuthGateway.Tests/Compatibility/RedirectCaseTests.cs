using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Tests.Compatibility;

/// <summary>The redirect that begins a login: C17–C26.</summary>
public class RedirectCaseTests
{
    [Fact]
    public async Task C17_Stock_kubeflow_sends_its_browser_to_dex()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.GetAsync("/pipeline/?ns=a");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith("/dex/auth?", answer.Location, StringComparison.Ordinal);
        Assert.All(
            ["client_id=kubeflow-oidc-authservice", "redirect_uri=%2Fauthservice%2Foidc%2Fcallback", "response_type=code", "scope=openid+profile+email+groups"],
            parameter => Assert.Contains(parameter, answer.Location![10..].Split('&')));
        Assert.NotEmpty(Query(answer)["state"].ToString());
        Assert.Single(answer.SetCookies, line => line.StartsWith("authservice_login_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OIDC_SCOPES=profile,email", "openid profile email")]
    [InlineData("OIDC_SCOPES=profile email", "openid profile email")]
    public async Task C18_Openid_joins_the_scopes(string scopes, string sent)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, scopes);

        Assert.Equal(sent, Query(await stock.GetAsync("/"))["scope"]);
    }

    [Fact]
    public async Task C19_Scopes_without_a_setting()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "-OIDC_SCOPES");

        Assert.Equal("openid email", Query(await stock.GetAsync("/"))["scope"]);
    }

    [Theory]
    [InlineData("email,openid")]
    [InlineData("openid profile openid")]
    public async Task C20_No_scope_is_sent_twice(string scopes)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "OIDC_SCOPES=" + scopes);

        var sent = Query(await stock.GetAsync("/"))["scope"].ToString().Split(' ');

        Assert.Equal(scopes.Split(',', ' ').Distinct().Order(), sent.Order());
    }

    [Fact]
    public async Task C21_Seed_sends_its_browser_to_the_absolute_address()
    {
        await using var stock = await StockKubeflow.StartAsync("seed");

        var answer = await stock.GetAsync("/", "Host: localhost:8989");

        Assert.StartsWith("http://keycloak.example.com:8080/realms/master/protocol/openid-connect/auth?", answer.Location, StringComparison.Ordinal);
        Assert.Contains("redirect_uri=http%3A%2F%2Flocalhost%3A8989%2Fauthservice%2Foidc%2Fcallback", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C22_Query_of_the_authorization_address_is_kept()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "OIDC_AUTH_URL=http://idp/auth?kc_idp_hint=x");

        var answer = await stock.GetAsync("/");

        Assert.StartsWith("http://idp/auth?kc_idp_hint=x&", answer.Location, StringComparison.Ordinal);
        Assert.Equal("kubeflow-oidc-authservice", Query(answer)["client_id"]);
    }

    [Fact]
    public async Task C23_Each_visit_has_a_state_of_its_own()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.NotEqual(Query(await stock.GetAsync("/"))["state"], Query(await stock.GetAsync("/"))["state"]);
    }

    [Fact]
    public async Task C24_Head_is_redirected_like_get_without_a_body()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.CheckAsync("HEAD", "/");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith("/dex/auth?", answer.Location, StringComparison.Ordinal);
        Assert.Single(answer.SetCookies, line => line.StartsWith("authservice_login_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("MTY5NTY0NzYwMXxCQXdBTk1GZFhRbEpHTTBORFJGQkdNa3RJVVVNeVJWbz18")]
    [InlineData("")]
    public async Task C25_Garbage_session_cookie_is_no_session(string value)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(302, (await stock.WithCookieAsync(value)).Status);
    }

    [Fact]
    public async Task C26_Basic_credentials_are_no_session()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(302, (await stock.GetAsync("/", "Authorization: Basic eDp5")).Status);
    }

    private static Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Query(RawResponse answer) =>
        QueryHelpers.ParseQuery(answer.Location![answer.Location!.IndexOf('?', StringComparison.Ordinal)..]);
}
