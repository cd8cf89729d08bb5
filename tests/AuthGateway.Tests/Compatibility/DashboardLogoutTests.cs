using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>
/// Kubeflow's dashboard since 1.7: its button reads the session cookie by script, posts it as a bearer token, reads JSON and replaces the location.
/// The cookie is HttpOnly here, so the script sends <c>Bearer</c> and nothing behind it; Envoy shows neither <c>Origin</c> nor <c>Sec-Fetch-Site</c>.
/// </summary>
public class DashboardLogoutTests
{
    [Theory]
    [InlineData("Authorization: Bearer ")]
    [InlineData("authorization: bearer")]
    public async Task Button_of_the_dashboard_logs_out_although_it_cannot_read_the_cookie(string line)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var login = await stock.LogInAsync();
        Assert.True(login.SessionCookie.Attributes.ContainsKey("httponly"));

        var header = line.Split(':', 2);
        var answer = await login.Browser.SendAsync("POST", stock.Origin + "/authservice/logout", [new(header[0], header[1].TrimStart())]);
        var next = (string?)answer.Json["afterLogoutURL"];
        var after = await login.Browser.GetAsync(stock.Origin + next);

        Assert.Equal((201, "/"), (answer.Status, next));
        Assert.DoesNotContain("authservice_session", login.Browser.CookiesOf("kf.example.test").Keys);
        Assert.Equal(302, after.Status);
        Assert.Equal(302, (await stock.WithCookieAsync(login.Session)).Status);
    }

    [Theory]
    [InlineData("Authorization: Bearer undefined")]
    [InlineData("Authorization: Basic ")]
    [InlineData("Authorization: ")]
    public async Task Other_values_beside_the_cookie_log_nobody_out(string line)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        Assert.Equal(401, (await stock.CheckAsync("POST", "/authservice/logout", line, "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(200, (await stock.WithCookieAsync(session)).Status);
    }

    [Fact]
    public async Task Empty_bearer_without_a_cookie_is_401()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(401, (await stock.CheckAsync("POST", "/authservice/logout", "Authorization: Bearer ")).Status);
    }

    [Fact]
    public async Task Script_that_may_read_the_cookie_sends_its_value()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "SESSION_COOKIE_HTTPONLY=false");
        var login = await stock.LogInAsync();
        Assert.False(login.SessionCookie.Attributes.ContainsKey("httponly"));

        var answer = await stock.CheckAsync("POST", "/authservice/logout", "Authorization: Bearer " + login.Session, "Cookie: authservice_session=" + login.Session);

        Assert.Equal((201, """{"afterLogoutURL":"/"}"""), (answer.Status, answer.Text));
    }
}
