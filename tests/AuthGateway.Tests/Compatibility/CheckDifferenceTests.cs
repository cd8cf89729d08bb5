using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>What checks, logout and pages do otherwise than the old service, on purpose (the D cases).</summary>
public class CheckDifferenceTests
{
    [Theory]
    [InlineData("/pipeline/")]
    [InlineData("/authservice/logout")]
    public async Task D01_Options_is_authenticated_like_any_method(string target)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.InRange((await stock.CheckAsync("OPTIONS", target)).Status, 400, 499);
        Assert.InRange((await stock.CheckAsync("OPTIONS", target, "Origin: https://evil.example.test", "Access-Control-Request-Method: GET")).Status, 400, 499);
    }

    [Fact]
    public async Task D02_Allow_of_a_skipped_path_takes_the_identity_away()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.GetAsync("/dex/auth", "kubeflow-userid: victim@example.com");

        Assert.Equal(200, answer.Status);
        var removed = answer.Header("x-envoy-auth-headers-to-remove")!.Split(',');
        Assert.All(["kubeflow-userid", "kubeflow-groups", "auth-method"], name => Assert.Contains(name, removed, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/dex", 200)]
    [InlineData("/dex/", 200)]
    [InlineData("/dexfoo", 302)]
    [InlineData("/dex-admin/x", 302)]
    [InlineData("/dex%2Fx", 302)]
    [InlineData("/dex/a%2Fb", 302)]
    [InlineData("/dex/a%5Cb", 302)]
    [InlineData("/dex/a;b", 302)]
    public async Task D03_Skip_entries_are_whole_segments_of_unambiguous_paths(string target, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(status, (await stock.GetAsync(target)).Status);
    }

    [Theory]
    [InlineData("/pipeline/apis/v2beta1/runs", 401)]
    [InlineData("/pipeline/apis", 401)]
    [InlineData("/pipeline/apisx", 302)]
    [InlineData("/pipeline/", 302)]
    public async Task D07_Api_paths_get_401_where_the_filter_shows_no_accept(string target, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "API_PATHS=/pipeline/apis/");

        var answer = await stock.WithCookieAsync("dead", target);

        Assert.Equal(status, answer.Status);
        if (status == 401)
        {
            Assert.Equal("login_required", (string?)answer.Json["error"]);
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
            Assert.Empty(answer.CookiesSet);
        }
    }

    [Fact]
    public async Task D13_Address_after_logout_ends_the_providers_session_too()
    {
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = await FakeProvider.StartAsync() });
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.CheckAsync("POST", "/authservice/logout", "Authorization: Bearer " + session);

        var address = (string?)answer.Json["afterLogoutURL"];
        Assert.StartsWith(stock.Provider.Issuer + "/end-session?", address, StringComparison.Ordinal);
        Assert.Contains("id_token_hint=", address, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/authservice/site/after_logout", "You have successfully logged out")]
    [InlineData("/authservice/site/homepage", "Welcome to")]
    [InlineData("/authservice/site/themes/kubeflow/logo.svg", "<svg")]
    public async Task D14_Pages_are_there_under_the_prefix_without_the_web_port(string target, string text)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", target);

        Assert.Equal(200, answer.Status);
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/authservice/verify/x")]
    [InlineData("POST", "/authservice/verify/x")]
    [InlineData("HEAD", "/authservice/verify")]
    [InlineData("OPTIONS", "/authservice/verify/x")]
    public async Task D29_Verify_never_allows_without_a_session(string method, string target)
    {
        await using (var absolute = await StockKubeflow.StartAsync(StockKubeflow.K18, "AUTHSERVICE_URL_PREFIX=https://kf.example.com/authservice/"))
        {
            Assert.Equal(401, (await absolute.CheckAsync(method, target)).Status);
            var session = (await absolute.LogInAsync()).Session;
            Assert.Equal(204, (await absolute.CheckAsync(method, target, "Cookie: authservice_session=" + session)).Status);
        }

        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Drop;
        await using var early = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = provider, WaitUntilReady = false });
        Assert.Contains((await early.CheckAsync(method, target)).Status, new[] { 401, 403, 503 });
    }

    [Fact]
    public async Task D34_Double_slashes_are_no_redirect_and_never_public()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        Assert.Equal(200, (await stock.WithCookieAsync(session, "//pipeline//x")).Status);
        Assert.Equal(302, (await stock.GetAsync("/dex//x")).Status);
        Assert.StartsWith("/dex/auth?", (await stock.GetAsync("//dex/x")).Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OIDC_AUTH_URL=\"/dex/auth\"")]
    [InlineData("REDIRECT_URL=\"/authservice/oidc/callback\"")]
    [InlineData("AUTHSERVICE_URL_PREFIX='/authservice/'")]
    [InlineData("SESSION_MAX_AGE=\"86400\"")]
    [InlineData("EMAIL_VERIFIED_REQUIRED=off")]
    [InlineData("OIDC_SCOPES=\"profile email groups\"")]
    public async Task D35_Quotes_and_other_spellings_of_values_do_no_harm(string setting)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, setting);

        var login = await stock.LogInAsync();

        Assert.StartsWith("/dex/auth?client_id=", login.First.Location, StringComparison.Ordinal);
        Assert.Equal(200, (await stock.WithCookieAsync(login.Session)).Status);
    }

    [Theory]
    [InlineData("SESSION_COOKIE_DOMAIN")]
    [InlineData("SESSION_DOMAIN")]
    public async Task D36_Session_cookie_may_be_for_a_domain(string name)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, name + "=example.test");

        Assert.Equal("example.test", (await stock.LogInAsync()).SessionCookie.Attributes["domain"]);
    }

    [Fact]
    public async Task D41_Old_store_is_moved_aside_untouched_and_old_cookies_are_no_session()
    {
        var page = new byte[4096];
        BitConverter.GetBytes(0xED0CDAED).CopyTo(page, 16);
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { PrepareStore = path => File.WriteAllBytes(path, page) });

        Assert.Equal(page, await File.ReadAllBytesAsync(stock.StorePath + ".boltdb", TestContext.Current.CancellationToken));
        Assert.Equal(302, (await stock.WithCookieAsync("MTY5NTY0NzYwMXxCQXdBTk1GZFhRbEpHTTBORFJGQkdNa3RJVVVNeVJWbz18")).Status);
        Assert.Equal(200, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Status);
    }

    [Fact]
    public async Task D41_Second_old_store_leaves_the_first_where_it_was_moved()
    {
        var page = new byte[4096];
        BitConverter.GetBytes(0xED0CDAED).CopyTo(page, 16);
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18)
        {
            PrepareStore = path =>
            {
                File.WriteAllBytes(path, page);
                File.WriteAllText(path + ".boltdb", "the first");
            },
        });

        Assert.Equal("the first", await File.ReadAllTextAsync(stock.StorePath + ".boltdb", TestContext.Current.CancellationToken));
        Assert.Equal(page, await File.ReadAllBytesAsync(stock.StorePath + ".boltdb.2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task D49_Dead_cookie_is_taken_back_with_the_redirect()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.WithCookieAsync("dead");

        Assert.Equal(302, answer.Status);
        Assert.Contains(answer.SetCookies, line => Cookie.Parse(line) is { Name: "authservice_session", IsExpired: true });
    }

    [Theory]
    [InlineData("; theirs=1", "theirs=1")]
    [InlineData("", null)]
    public async Task D50_Session_is_cut_out_of_the_cookie_where_envoy_copies_it(string others, string? cookie)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "EXT_AUTHZ_UPSTREAM_HEADERS=kubeflow-userid,cookie");
        var session = (await stock.LogInAsync()).Session;

        var byCookie = await stock.GetAsync("/", $"Cookie: authservice_session={session}{others}");
        var byHeader = await stock.GetAsync("/", "Authorization: Bearer " + session);

        Assert.Equal(cookie, byCookie.Header("Cookie"));
        Assert.Equal(cookie is null, byCookie.Header("x-envoy-auth-headers-to-remove")!.Split(',').Contains("cookie"));
        Assert.Contains("authorization", byHeader.Header("x-envoy-auth-headers-to-remove")!.Split(','), StringComparer.OrdinalIgnoreCase);
    }
}
