namespace AuthGateway.Tests.Compatibility;

/// <summary>Parameters of <c>/oauth2/auth</c> that restrict who may pass, and the addresses that obey the rules for all.</summary>
public sealed class Oauth2CheckRestrictionTests
{
    [Theory]
    [InlineData("allowed_groups=staff", 202)]
    [InlineData("allowed_groups=nobody,admins", 202)]
    [InlineData("allowed_groups=nobody&allowed_groups=admins", 202)]
    [InlineData("allowed_groups=nobody", 403)]
    [InlineData("allowed_groups=STAFF", 403)]
    [InlineData("allowed_groups=*", 403)]
    [InlineData("allowed_groups=st", 403)]
    [InlineData("allowed_groups=", 403)]
    [InlineData("allowed_groups", 403)]
    [InlineData("x=1&allowed_groups=nobody", 403)]
    [InlineData("allowed%5Fgroups=nobody", 403)]
    [InlineData("allowed_emails=ann@example.com", 202)]
    [InlineData("allowed_emails=bob%40example.com,ann%40example.com", 202)]
    [InlineData("allowed_emails=bob@example.com", 403)]
    [InlineData("allowed_emails=*", 403)]
    [InlineData("allowed_email_domains=example.com", 202)]
    [InlineData("allowed_email_domains=other.com,EXAMPLE.com", 202)]
    [InlineData("allowed_email_domains=other.com", 403)]
    [InlineData("allowed_email_domains=.example.com", 403)]
    [InlineData("allowed_email_domains=*", 403)]
    [InlineData("allowed_groups=staff&allowed_emails=bob@example.com", 403)]
    [InlineData("allowed_groups=staff&allowed_email_domains=example.com", 202)]
    [InlineData("allowed_roles=admin", 403)]
    [InlineData("Allowed_Groups=staff", 403)]
    [InlineData("rd=/app", 202)]
    public async Task Address_of_the_check_restricts_who_passes(string query, int status)
    {
        await using var rig = await StartAsync();
        var session = await SessionAsync(rig);

        var answer = await rig.SendAsync("GET", "/oauth2/auth?" + query, session, "X-Forwarded-Uri: /app");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 202, answer.Header("kubeflow-userid") is not null);
        Assert.Equal(status, (await rig.SendAsync("GET", "/oauth2/auth/?" + query, session)).Status);
        Assert.Equal(202, (await rig.SendAsync("GET", "/oauth2/auth", session, "X-Forwarded-Uri: /app")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth?" + query, "X-Forwarded-Uri: /app")).Status);
    }

    /// <summary>The session stays, and the next check with another list is judged anew; a client's own query is none of the check's.</summary>
    [Fact]
    public async Task Each_check_is_judged_by_its_own_list()
    {
        await using var rig = await StartAsync(("SKIP_AUTH_URLS", "/open"));
        var session = await SessionAsync(rig);

        foreach (var (list, status) in new[] { ("staff", 202), ("nobody", 403), ("staff", 202), ("nobody", 403) })
        {
            Assert.Equal(status, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=" + list, session, "X-Forwarded-Uri: /app")).Status);
        }

        Assert.Equal(202, (await rig.SendAsync("GET", "/oauth2/auth/app?allowed_groups=nobody", session)).Status);
        Assert.Equal(403, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=nobody", session, "X-Forwarded-Uri: /app?allowed_groups=staff")).Status);
        Assert.Equal(202, (await rig.SendAsync("GET", "/oauth2/auth?allowed_groups=nobody", "X-Forwarded-Uri: /open")).Status);
    }

    /// <summary>Who leaves GROUPS_ALLOWLIST: EndReasonTests.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Whose_domain_is_refused_gets_no_userinfo(GatewayMode mode)
    {
        await using var allowing = await StartAsync(mode, ("EMAIL_DOMAINS", "example.com"));
        Assert.Equal("ann@example.com", (string?)(await allowing.SendAsync("GET", "/oauth2/userinfo", await SessionAsync(allowing))).Json["email"]);

        await using var refusing = await StartAsync(mode, ("EMAIL_DOMAINS", "other.com"));
        var answer = await refusing.SendAsync("GET", "/oauth2/userinfo", await SessionAsync(refusing), "Accept: application/json");

        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain("preferred", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<GatewayRig> StartAsync(params (string Name, string Value)[] more) => StartAsync(GatewayMode.InLine, more);

    private static async Task<GatewayRig> StartAsync(GatewayMode mode, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["OAUTH2_ADDRESSES"] = "true",
            ["AUTHSERVICE_URL_PREFIX"] = "/oauth2/",
            ["VERIFY_AUTH_URL"] = "/oauth2/auth",
            ["REDIRECT_URL"] = $"https://{GatewayRig.PublicHost}/oauth2/callback",
            ["TRUSTED_PROXIES"] = "127.0.0.1",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var rig = await GatewayRig.StartAsync(mode, settings);
        rig.Provider.User = Oauth2ProxyRig.Ann;
        return rig;
    }

    private static async Task<string> SessionAsync(GatewayRig rig)
    {
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/oauth2/start?rd=/oauth2/logged-in");
        return "Cookie: authservice_session=" + rig.SessionOf(browser);
    }
}
