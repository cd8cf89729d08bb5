using System.Text;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Logout by header: C68–C73.</summary>
public class LogoutCaseTests
{
    private const string Target = "/authservice/logout";

    [Fact]
    public async Task C68_Logout_answers_201_with_the_next_address_and_ends_the_session()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.CheckAsync("POST", Target, "Authorization: Bearer " + session);

        Assert.Equal((201, """{"afterLogoutURL":"/"}"""), (answer.Status, answer.Text));
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains(answer.SetCookies, line => Cookie.Parse(line) is { Name: "authservice_session", IsExpired: true, Path: "/" });
        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    [Fact]
    public async Task C69_Cookie_alone_logs_nobody_out()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        Assert.Equal(401, (await stock.CheckAsync("POST", Target, "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(200, (await stock.WithCookieAsync(session)).Status);
    }

    [Theory]
    [InlineData("Bearer unknown")]
    [InlineData("unknown")]
    [InlineData("Bearer MTY5NTY0NzYwMXxCQXdBTk1GZFhRbEpHTTBORFJGQkdNa3RJVVVNeVJWbz18")]
    public async Task C70_Unknown_bearer_is_401(string value)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(401, (await stock.CheckAsync("POST", Target, "Authorization: " + value)).Status);
    }

    [Fact]
    public async Task C71_Default_address_after_logout()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "-AFTER_LOGOUT_URL");
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.CheckAsync("POST", Target, "Authorization: Bearer " + session);

        Assert.Equal("""{"afterLogoutURL":"/authservice/site/after_logout"}""", answer.Text);
    }

    [Fact]
    public async Task C72_Provider_sees_refresh_token_then_access_token_revoked()
    {
        await using var stock = await WithRevocationAsync();
        var session = (await stock.LogInAsync()).Session;

        await stock.CheckAsync("POST", Target, "Authorization: Bearer " + session);

        await Deadline.UntilAsync(() => stock.Provider.Count("revoke") == 2, "both revocations");
        var calls = stock.Provider.Calls.Where(call => call.Endpoint == "revoke").ToList();
        Assert.Equal(["refresh_token", "access_token"], calls.Select(call => call.Parameters["token_type_hint"]));
        Assert.All(calls, call => Assert.Contains(call.Parameters["token"], stock.Provider.Secrets));
        Assert.Equal(["refresh", "access"], calls.Select(call => call.Parameters["token"].Split('-')[0]));
        var credentials = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FakeProvider.ClientId}:{FakeProvider.ClientSecret}"));
        Assert.All(calls, call => Assert.Equal(credentials, call.Headers["Authorization"]));
    }

    [Fact]
    public async Task C73_Provider_that_cannot_revoke_holds_up_nobody()
    {
        await using var stock = await WithRevocationAsync();
        stock.Provider.Faults["revoke"] = Fault.Answer(503, "");
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.CheckAsync("POST", Target, "Authorization: Bearer " + session);

        Assert.Equal(201, answer.Status);
        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    private static async Task<StockKubeflow> WithRevocationAsync()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document.Remove("end_session_endpoint");
        return await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = provider });
    }
}
