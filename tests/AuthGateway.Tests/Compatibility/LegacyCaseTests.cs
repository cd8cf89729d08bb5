using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>The oldest generation (Kubeflow 1.0 to 1.6), which an environment without today's names asks for: C80–C83 and its edges.</summary>
public class LegacyCaseTests
{
    [Theory]
    [InlineData(StockKubeflow.K16)]
    [InlineData("kubeflow-1.0")]
    [InlineData("kubeflow-1.2")]
    public async Task C80_Login_comes_back_to_the_old_callback(string release)
    {
        await using var stock = await StockKubeflow.StartAsync(release);

        var login = await stock.LogInAsync("/pipeline/?ns=a");

        Assert.StartsWith("/login/oidc?", Browser.Resolve(stock.Origin, login.CallbackTarget)[stock.Origin.Length..], StringComparison.Ordinal);
        Assert.Equal((302, "/pipeline/?ns=a"), (login.Callback.Status, login.Callback.Location));
        var answer = await stock.WithCookieAsync(login.Session);
        Assert.Equal((200, "alice@example.com"), (answer.Status, answer.Header("kubeflow-userid")));
    }

    [Fact]
    public async Task C81_Get_logout_ends_the_session_and_goes_to_the_root_in_every_case()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16);
        var session = (await stock.LogInAsync()).Session;

        var without = await stock.GetAsync("/logout");
        var with = await stock.GetAsync("/logout", "Cookie: authservice_session=" + session);

        Assert.Equal((303, "/"), (without.Status, without.Location));
        Assert.Empty(without.SetCookies);
        Assert.Equal((303, "/"), (with.Status, with.Location));
        Assert.Contains(with.SetCookies, line => Cookie.Parse(line) is { Name: "authservice_session", IsExpired: true });
        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    [Theory]
    [InlineData("GET", "Sec-Fetch-Site: cross-site")]
    [InlineData("GET", "Sec-Fetch-Site: same-site")]
    [InlineData("GET", "Sec-Fetch-Mode: no-cors")]
    [InlineData("POST", "Sec-Fetch-Site: cross-site")]
    public async Task C81_Get_logout_of_another_site_ends_nothing(string method, string line)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16);
        var session = (await stock.LogInAsync()).Session;

        await stock.CheckAsync(method, "/logout", line, "Cookie: authservice_session=" + session);

        Assert.Equal(200, (await stock.WithCookieAsync(session)).Status);
    }

    [Theory]
    [InlineData(StockKubeflow.K18)]
    [InlineData("kubeflow-1.7")]
    public async Task C81_Get_logout_is_an_ordinary_path_of_newer_settings(string release)
    {
        await using var stock = await StockKubeflow.StartAsync(release);
        var session = (await stock.LogInAsync()).Session;

        Assert.Equal(200, (await stock.WithCookieAsync(session, "/logout")).Status);
        Assert.Equal(200, (await stock.WithCookieAsync(session)).Status);
        Assert.Equal(302, (await stock.GetAsync("/logout")).Status);
    }

    [Fact]
    public async Task C82_Session_value_travels_in_x_auth_token()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16);
        var session = (await stock.LogInAsync()).Session;

        Assert.Equal(200, (await stock.GetAsync("/", "X-Auth-Token: " + session)).Status);
        Assert.NotEqual(200, (await stock.GetAsync("/", "X-Auth-Token: " + session[1..])).Status);
    }

    [Fact]
    public async Task C83_Blank_separated_skip_list_opens_whole_segments()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16, "SKIP_AUTH_URI=/dex /info");

        var answer = await stock.GetAsync("/info/x");

        Assert.Equal((200, "OK"), (answer.Status, answer.Text));
        Assert.Equal(200, (await stock.GetAsync("/dex/auth")).Status);
        await Assert.AllAsync(["/information", "/dex/../pipeline", "/"], async target => Assert.Equal(302, (await stock.GetAsync(target)).Status));
    }

    [Fact]
    public async Task Oldest_name_of_the_address_after_login_is_obeyed()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16, "STATIC_DESTINATION_URL=/home");

        Assert.Equal("/home?next=%2Fpipeline%2F", (await stock.LogInAsync("/pipeline/")).Callback.Location);
    }

    [Fact]
    public async Task Header_logout_of_newer_dashboards_works_and_ends_at_the_root()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16);
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.CheckAsync("POST", "/authservice/logout", "X-Auth-Token: " + session);

        Assert.Equal((201, """{"afterLogoutURL":"/"}"""), (answer.Status, answer.Text));
        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    [Theory]
    [InlineData("AUTHSERVICE_URL_PREFIX=/authservice/")]
    [InlineData("SKIP_AUTH_URLS=/health")]
    public async Task One_of_todays_names_ends_the_profile_and_closes_the_old_bypass_list(string setting)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16, setting);

        var login = await stock.LogInAsync();

        Assert.StartsWith("/login/oidc?", login.CallbackTarget, StringComparison.Ordinal);
        // The provider's own page is closed now: a login there would lead back to itself.
        Assert.Equal((400, "provider_not_public"), ((await stock.GetAsync("/dex/auth")) is var dex ? dex.Status : 0, dex.ErrorCode));
        Assert.Equal(302, (await stock.GetAsync("/logout")).Status);
        Assert.Equal(200, (await stock.GetAsync("/", "Authorization: Bearer " + login.Session)).Status);
        Assert.NotEqual(200, (await stock.GetAsync("/", "X-Auth-Token: " + login.Session)).Status);
        Assert.Contains(stock.Warnings, warning => warning.StartsWith("SKIP_AUTH_URI:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_operator_says_wins_over_what_the_profile_assumes()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16, "AUTH_HEADER=Authorization", "AFTER_LOGOUT_URL=/bye");
        var session = (await stock.LogInAsync()).Session;

        Assert.NotEqual(200, (await stock.GetAsync("/", "X-Auth-Token: " + session)).Status);
        var answer = await stock.CheckAsync("POST", "/authservice/logout", "Authorization: Bearer " + session);

        Assert.Equal((201, """{"afterLogoutURL":"/bye"}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("OIDC_SCOPES=profile email groups openid", "profile email groups openid")]
    [InlineData("OIDC_SCOPES=profile,email", "openid profile email")]
    public async Task Scopes_may_be_separated_as_either_generation_did(string setting, string sent)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K16, setting);

        Assert.Contains("scope=" + sent.Replace(' ', '+'), (await stock.GetAsync("/")).Location!.Split('&'));
    }
}
