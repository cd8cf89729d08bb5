using System.Text.Json.Nodes;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>What the login does otherwise than the old service, on purpose (the D cases).</summary>
public class LoginDifferenceTests
{
    [Fact]
    public async Task D06_Late_callback_begins_the_login_again_once()
    {
        var clock = new ShiftedClock();
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Clock = clock });
        var browser = stock.NewBrowser();
        var late = await stock.AuthorizeAsync((await browser.GetAsync(stock.Origin + "/pipeline/")).Location!);

        clock.Advance(TimeSpan.FromMinutes(11));
        var again = await browser.GetAsync(stock.Origin + late);
        Assert.Equal(302, again.Status);
        Assert.StartsWith("/dex/auth?", again.Location, StringComparison.Ordinal);
        var second = await stock.AuthorizeAsync(again.Location!);
        clock.Advance(TimeSpan.FromMinutes(11));
        var spent = await browser.GetAsync(stock.Origin + second);

        Assert.Equal((400, "expired_state"), (spent.Status, spent.ErrorCode));
        Assert.Contains("CSRF check failed.", spent.Text, StringComparison.Ordinal);
        Assert.Equal(0, stock.Provider.Count("token"));
    }

    [Fact]
    public async Task D09_Word_of_the_provider_is_shown_as_text()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.EditCallback = pairs =>
        {
            pairs[0] = new("error", "server_error");
            pairs.Add(new("error_description", "<script>alert(1)</script> broken"));
        };

        var answer = (await stock.LogInAsync()).Callback;

        Assert.Contains("server_error", answer.Text, StringComparison.Ordinal);
        Assert.Contains("broken", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("no claim")]
    public async Task D10_Unverified_address_is_refused_where_a_verified_one_is_demanded(string kind)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "EMAIL_VERIFIED_REQUIRED=true");
        Action<JsonObject> edit = kind == "false" ? claims => claims["email_verified"] = false : claims => claims.Remove("email_verified");
        stock.Provider.EditUserInfo = edit;
        stock.Provider.EditIdToken = (_, claims) => edit(claims);

        var answer = (await stock.LogInAsync()).Callback;

        Assert.Equal((403, "email_unverified"), (answer.Status, answer.ErrorCode));
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
    }

    [Theory]
    [InlineData("groups", "\"one\"", "one")]
    [InlineData("groups", "[\"a\",\"b\",7,null]", "a,b,7")]
    [InlineData("groups", "\"a,b\"", "")]
    [InlineData("groups", "7", "7")]
    [InlineData("realm_access.roles", "{\"roles\":[\"r1\",\"r2\"]}", "r1,r2")]
    [InlineData("groups,realm_access.roles", "{\"roles\":[\"r1\",\"a\"]}", "a,b,r1")]
    public async Task D15_Groups_may_be_a_text_a_list_or_nested(string setting, string value, string header)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "GROUPS_CLAIM=" + setting);
        stock.Provider.EditUserInfo = claims => claims[setting.Contains('.', StringComparison.Ordinal) ? "realm_access" : "groups"] = JsonNode.Parse(value);

        Assert.Equal(header, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Header("kubeflow-groups"));
    }

    [Fact]
    public async Task D15_Claims_of_the_id_token_fill_in_for_userinfo()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.EditUserInfo = claims =>
        {
            claims.Remove("email");
            claims.Remove("groups");
        };

        var answer = await stock.WithCookieAsync((await stock.LogInAsync()).Session);

        Assert.Equal(("alice@example.com", "a,b"), (answer.Header("kubeflow-userid"), answer.Header("kubeflow-groups")));
    }

    [Theory]
    [InlineData("GROUPS_ALLOWLIST=z , a", 200)]
    [InlineData("GROUPS_ALLOWLIST=team-*, x", 403)]
    [InlineData("GROUPS_ALLOWLIST=[a]", 403)]
    [InlineData("GROUPS_ALLOWLIST=A", 403)]
    [InlineData("GROUPS_ALLOWLIST=*a", 200)]
    public async Task D31_Allowlist_is_trimmed_and_takes_globs(string setting, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, setting);

        Assert.Equal(status, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Status);
    }

    [Fact]
    public async Task D40_Visits_without_a_session_write_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);

        // The first login state makes the secret that is kept beside the store, once.
        Assert.Equal(302, (await rig.SendAsync("GET", "/page")).Status);
        var before = rig.StoredBytes();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(302, (await rig.SendAsync("GET", "/page/" + i)).Status);
        }

        Assert.Equal(0, rig.StoredRows());
        Assert.Equal(before.Length, rig.StoredBytes().Length);
    }

    [Theory]
    [InlineData(400, "invalid_grant")]
    [InlineData(401, "invalid_client")]
    public async Task D48_Refused_code_is_sent_once(int status, string error)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.Faults["token"] = Fault.Answer(status, $"{{\"error\":\"{error}\"}}");

        await stock.LogInAsync();

        Assert.Equal(1, stock.Provider.Count("token"));
    }

    [Theory]
    [InlineData("REDIRECT_URL=https://kf.example.com/authservice/oidc/callback", "https://kf.example.com", true)]
    [InlineData("AUTHSERVICE_URL_PREFIX=https://kf.example.com/authservice/", "https://kf.example.com", true)]
    [InlineData("PUBLIC_URL=https://kf.example.com", "https://kf.example.com", true)]
    [InlineData("REDIRECT_URL=http://localhost:8989/authservice/oidc/callback", "http://localhost:8989", false)]
    public async Task D51_Secure_and_addresses_follow_the_public_url(string setting, string origin, bool isSecure)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, setting);

        var login = await stock.LogInAsync();

        Assert.Equal(origin, stock.Origin);
        Assert.Contains("redirect_uri=" + Uri.EscapeDataString(origin + "/authservice/oidc/callback"), login.First.Location, StringComparison.Ordinal);
        Assert.Equal(isSecure, login.SessionCookie.IsSecure);
        Assert.Equal(isSecure, login.LoginCookie.Name.StartsWith("__Host-", StringComparison.Ordinal));
    }
}
