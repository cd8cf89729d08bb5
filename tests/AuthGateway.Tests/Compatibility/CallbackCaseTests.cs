using System.Text.Json.Nodes;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>The callback and where it leads: C27–C38.</summary>
public class CallbackCaseTests
{
    private static readonly Dictionary<string, Action<JsonObject>> Broken = new()
    {
        ["foreign aud"] = claims => claims["aud"] = "another-client",
        ["wrong iss"] = claims => claims["iss"] = "https://evil.example.test",
        ["expired"] = claims => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(),
    };

    [Fact]
    public async Task C27_Login_returns_to_its_page_with_the_cookie_it_always_had()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var login = await stock.LogInAsync("/pipeline/?ns=a");

        Assert.Equal((302, "/pipeline/?ns=a"), (login.Callback.Status, login.Callback.Location));
        Assert.Equal(("/", "86400", "Lax"), (login.SessionCookie.Path, login.SessionCookie.Attributes["max-age"], login.SessionCookie.Attributes["samesite"]));
        Assert.Contains(login.Callback.SetCookies, line => Cookie.Parse(line) is { IsExpired: true } gone && gone.Name == login.LoginCookie.Name);
    }

    [Fact]
    public async Task C28_Replayed_callback_fails_and_with_a_live_session_goes_to_its_page()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var login = await stock.LogInAsync();

        var replay = await stock.GetAsync(login.CallbackTarget, $"Cookie: {login.LoginCookie.Name}={login.LoginCookie.Value}");
        var beside = await login.Browser.GetAsync(stock.Origin + login.CallbackTarget);

        IsCsrf(replay);
        Assert.Equal((302, "/pipeline/?ns=a"), (beside.Status, beside.Location));
        Assert.Equal(1, stock.Provider.Count("token"));
    }

    [Fact]
    public async Task C29_Callback_without_the_login_cookie_fails()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var callback = await stock.AuthorizeAsync((await stock.GetAsync("/")).Location!);

        IsCsrf(await stock.GetAsync(callback));
        IsCsrf(await stock.GetAsync("/authservice/oidc/callback?code=x&state=y"));
        Assert.Equal(0, stock.Provider.Count("token"));
    }

    [Fact]
    public async Task C30_State_of_another_login_fails()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var mine = stock.NewBrowser();
        await mine.GetAsync(stock.Origin + "/");
        var theirs = await stock.AuthorizeAsync((await stock.GetAsync("/")).Location!);

        IsCsrf(await mine.GetAsync(stock.Origin + theirs));
        Assert.Equal(0, stock.Provider.Count("token"));
    }

    [Fact]
    public async Task C31_Callback_without_state_says_so()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        var answer = await stock.GetAsync("/authservice/oidc/callback?code=x");

        Assert.Equal(400, answer.Status);
        Assert.Contains("Missing url parameter: state", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C32_Refusal_of_the_provider_is_a_page_without_a_session()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.EditCallback = pairs => pairs[0] = new("error", "access_denied");

        var login = await stock.LogInAsync();

        Assert.Equal((400, "access_denied"), (login.Callback.Status, login.Callback.ErrorCode));
        Assert.DoesNotContain("authservice_session", login.Callback.CookiesSet);
    }

    [Fact]
    public async Task C33_Refused_code_gives_no_session_and_is_consumed()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.Faults["token"] = Fault.Answer(400, "{\"error\":\"invalid_grant\"}");
        var login = await stock.LogInAsync();
        IsFailure(login.Callback);

        stock.Provider.Faults.Clear();
        var again = await stock.GetAsync(login.CallbackTarget, $"Cookie: {login.LoginCookie.Name}={login.LoginCookie.Value}");

        IsCsrf(again);
    }

    [Theory]
    [InlineData("foreign aud")]
    [InlineData("wrong iss")]
    [InlineData("expired")]
    [InlineData("bad signature")]
    public async Task C34_Broken_id_token_gives_no_session(string fault)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.EditIdToken = (_, claims) => Broken.GetValueOrDefault(fault, _ => { })(claims);
        using var stranger = System.Security.Cryptography.RSA.Create(2048);
        stock.Provider.SignIdToken = fault == "bad signature" ? (header, claims) => Jwt.SignRs256(header, claims, stranger) : null;

        var login = await stock.LogInAsync();

        IsFailure(login.Callback);
        Assert.Equal("id_token_invalid", login.Callback.ErrorCode);
    }

    [Fact]
    public async Task C35_Missing_user_id_claim_is_named()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.User = new ProviderUser("1", null);

        var login = await stock.LogInAsync();

        IsFailure(login.Callback);
        Assert.Contains("`email&#39;", login.Callback.Text.Replace("&#x27;", "&#39;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal).Replace("&#x60;", "`", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C36_Userinfo_comes_before_the_id_token()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.EditIdToken = (_, claims) => claims["email"] = "old@example.com";

        var login = await stock.LogInAsync();

        Assert.Equal("alice@example.com", (await stock.WithCookieAsync(login.Session)).Header("kubeflow-userid"));
    }

    [Theory]
    [InlineData("http://x/y?z=1", "/p?q=1", "http://x/y?next=%2Fp%3Fq%3D1&z=1")]
    [InlineData("/home?next=old&b=2", "/p", "/home?b=2&next=%2Fp")]
    [InlineData("https://ui.example.com/#/home", "/p", "https://ui.example.com/?next=%2Fp#/home")]
    [InlineData("/home?b=1#frag", "/p", "/home?b=1&next=%2Fp#frag")]
    public async Task C37_After_login_url_gets_the_first_page_as_next(string setting, string first, string location)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "AFTER_LOGIN_URL=" + setting);

        Assert.Equal(location, (await stock.LogInAsync(first)).Callback.Location);
    }

    [Fact]
    public async Task C38_Callback_is_served_where_the_redirect_url_says_and_at_the_default_too()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "REDIRECT_URL=/login/oidc");

        var login = await stock.LogInAsync();

        Assert.StartsWith("/login/oidc?", login.CallbackTarget, StringComparison.Ordinal);
        Assert.Equal(302, login.Callback.Status);
        Assert.Equal(200, (await stock.WithCookieAsync(login.Session)).Status);
        IsCsrf(await stock.GetAsync("/authservice/oidc/callback?code=x&state=y"));
    }

    private static void IsCsrf(RawResponse answer)
    {
        Assert.Equal(400, answer.Status);
        Assert.Contains("CSRF check failed.", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
    }

    private static void IsFailure(RawResponse answer)
    {
        Assert.InRange(answer.Status, 400, 499);
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
    }
}
