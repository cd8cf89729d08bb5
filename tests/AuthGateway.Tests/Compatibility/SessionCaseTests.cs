using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>A session at the check: C39–C51, C55, C56.</summary>
public class SessionCaseTests
{
    [Fact]
    public async Task C39_Allow_carries_identity_and_method_and_sets_no_cookie()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        IsAlice(await stock.WithCookieAsync(session), "cookie");
    }

    [Theory]
    [InlineData("Authorization: Bearer ")]
    [InlineData("authorization: bearer ")]
    public async Task C40_Session_value_is_a_bearer_token(string line)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        IsAlice(await stock.GetAsync("/", line + session), "header");
    }

    [Fact]
    public async Task C41_Bare_session_value_is_one_too()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        IsAlice(await stock.GetAsync("/", "Authorization: " + session), "header");
    }

    [Theory]
    [InlineData("Bearer garbage")]
    [InlineData("Basic eDp5")]
    public async Task C42_Garbage_beside_a_good_cookie_does_no_harm(string garbage)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        IsAlice(await stock.GetAsync("/", "Authorization: " + garbage, "Cookie: authservice_session=" + session), "cookie");
    }

    [Fact]
    public async Task C43_Session_value_in_the_configured_header()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "AUTH_HEADER=X-Auth-Token");
        var session = (await stock.LogInAsync()).Session;

        IsAlice(await stock.GetAsync("/", "x-auth-token: " + session), "header");
        Assert.NotEqual(200, (await stock.GetAsync("/", "Authorization: Bearer " + session)).Status);
    }

    [Fact]
    public async Task C44_Prefix_stands_before_the_user_id()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "USERID_PREFIX=u:");

        Assert.Equal("u:alice@example.com", await UserIdAsync(stock));
    }

    [Fact]
    public async Task C45_Identity_travels_under_the_configured_names()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "USERID_HEADER=X-User", "GROUPS_HEADER=X-Groups");

        var answer = await stock.WithCookieAsync((await stock.LogInAsync()).Session);

        Assert.Equal(["alice@example.com"], answer.All("X-User"));
        Assert.Equal(["a,b"], answer.All("X-Groups"));
        Assert.Empty(answer.All("kubeflow-userid"));
    }

    [Theory]
    [InlineData("alice@example.com", "alice")]
    [InlineData("user@domain.com", "internal")]
    [InlineData("bob@elsewhere.org", "bob@elsewhere.org")]
    public async Task C46_First_matching_transformer_rewrites_the_user_id(string email, string id)
    {
        await using var stock = await StockKubeflow.StartAsync(
            StockKubeflow.K18, """USERID_TRANSFORMERS=[{"matches":"user@domain\\.com$","replaces":"internal"},{"matches":"@example\\.com$","replaces":""}]""");
        stock.Provider.User = new ProviderUser("1", email);

        Assert.Equal(id, await UserIdAsync(stock));
    }

    [Theory]
    [InlineData("(.*)", "user-$1", "alice@example.com", "user-alice@example.com")]
    [InlineData(".*", "fixed", "alice", "fixed")]
    [InlineData("[^@]*", "U", "al@x", "U@U")]
    [InlineData("a*", "-", "baac", "-b-c-")]
    [InlineData("[a-c]*", "x", "abcbcdcdedef", "xdxdxexdxexfx")]
    public async Task Empty_match_that_touches_another_does_not_count_as_in_Go(string pattern, string template, string email, string id)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, $$"""USERID_TRANSFORMERS=[{"matches":"{{pattern}}","replaces":"{{template}}"}]""");
        stock.Provider.User = new ProviderUser("1", email);

        Assert.Equal(id, await UserIdAsync(stock));
    }

    [Fact]
    public async Task C47_User_id_comes_from_the_configured_claim()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "USERID_CLAIM=preferred_username");
        stock.Provider.User = stock.Provider.User with { Extra = new Dictionary<string, string?> { ["preferred_username"] = "ally" } };

        Assert.Equal("ally", await UserIdAsync(stock));
    }

    [Fact]
    public async Task C48_User_without_groups_has_the_header_all_the_same()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        stock.Provider.User = stock.Provider.User with { Extra = new Dictionary<string, string?> { ["groups"] = null } };

        var answer = await stock.WithCookieAsync((await stock.LogInAsync()).Session);

        Assert.Equal(200, answer.Status);
        Assert.Equal([""], answer.All("kubeflow-groups"));
    }

    [Fact]
    public async Task C49_Session_survives_a_restart()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);
        var session = (await stock.LogInAsync()).Session;

        await stock.RestartAsync();

        IsAlice(await stock.WithCookieAsync(session), "cookie");
    }

    [Fact]
    public async Task C50_Session_past_its_age_is_a_new_login()
    {
        var clock = new ShiftedClock();
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Changes = ["SESSION_MAX_AGE=20"], Clock = clock });
        var session = (await stock.LogInAsync()).Session;
        Assert.Equal(200, (await stock.WithCookieAsync(session)).Status);

        clock.Advance(TimeSpan.FromSeconds(21));

        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    [Theory]
    [InlineData("Strict", "Strict")]
    [InlineData("bogus", "Lax")]
    public async Task C51_Same_site_as_configured_and_lax_for_an_unknown_word(string setting, string attribute)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "SESSION_SAME_SITE=" + setting);

        Assert.Equal(attribute, (await stock.LogInAsync()).SessionCookie.Attributes["samesite"]);
    }

    [Fact]
    public async Task C55_Person_outside_the_allowlist_is_told_and_logged_out()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "GROUPS_ALLOWLIST=x", "HOMEPAGE_URL=/my-home");
        var session = (await stock.LogInAsync()).Session;

        var answer = await stock.WithCookieAsync(session);

        Assert.Equal(403, answer.Status);
        Assert.StartsWith("text/html", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.All(["alice@example.com", "[a,b]", "href=\"/my-home\""], text => Assert.Contains(text, answer.Text, StringComparison.Ordinal));
        Assert.Contains(answer.SetCookies, line => Cookie.Parse(line) is { Name: "authservice_session", IsExpired: true });
        Assert.Equal(302, (await stock.WithCookieAsync(session)).Status);
    }

    [Fact]
    public async Task C56_One_allowed_group_is_enough()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "GROUPS_ALLOWLIST=z,a");

        Assert.Equal(200, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Status);
    }

    private static async Task<string?> UserIdAsync(StockKubeflow stock) => (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Header("kubeflow-userid");

    private static void IsAlice(RawResponse answer, string method)
    {
        Assert.Equal((200, ""), (answer.Status, answer.Text));
        Assert.Equal(["alice@example.com"], answer.All("kubeflow-userid"));
        Assert.Equal(["a,b"], answer.All("kubeflow-groups"));
        Assert.Equal([method], answer.All("Auth-Method"));
        Assert.Empty(answer.SetCookies);
    }
}
