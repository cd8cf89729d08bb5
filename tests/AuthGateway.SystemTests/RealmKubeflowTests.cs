using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>Users and refusals of a fuller realm, through a real Keycloak.</summary>
public sealed class RealmKubeflowTests(KeycloakServer keycloak, GatewayBinary binary)
{
    [Fact]
    public async Task Groups_that_stand_in_userinfo_alone_reach_the_application()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, ("GROUPS_HEADER", "kubeflow-groups"), ("GROUPS_CLAIM", "groups"));
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(gateway.Address, "/lab?x=1&y=%2F"), "ann", "ann-pass");
        Assert.Equal("/lab?x=1&y=%2F", browser.Address.PathAndQuery);
        var head = upstream.Last("/lab?x=1&y=%2F");
        Assert.Equal("ann@example.com", ValueOf(head, "kubeflow-userid"));
        Assert.Equal(["admins", "team-a"], ValueOf(head, "kubeflow-groups").Split(',').Order());
    }

    [Fact]
    public async Task A_user_id_outside_ASCII_travels_as_UTF_8()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, ("USERID_CLAIM", "preferred_username"));
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(gateway.Address, "/lab"), "zoë", "zoe-pass");
        Assert.Equal(200, browser.Status);
        var bytes = System.Text.Encoding.Latin1.GetBytes(ValueOf(upstream.Last("/lab"), "kubeflow-userid"));
        Assert.Equal("zoë", System.Text.Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task A_user_without_the_claim_gets_a_403_page_that_names_it()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(gateway.Address, "/lab"), "cat", "cat-pass");
        Assert.Equal(403, browser.Status);
        Assert.Contains("data-error=\"claim_missing\"", browser.Body, StringComparison.Ordinal);
        Assert.Contains("email", browser.Body, StringComparison.Ordinal);
        Assert.Empty(upstream.Heads);
        Assert.DoesNotContain("authservice_session=", browser.CookieHeader("localhost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_the_provider_does_not_know_is_named_with_its_setting()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, ("OIDC_SCOPES", "profile email no-such-scope"));
        using var browser = new CookieBrowser();
        await browser.GoAsync(new Uri(gateway.Address, "/lab"));
        Assert.Equal(400, browser.Status);
        Assert.Contains("data-error=\"invalid_scope\"", browser.Body, StringComparison.Ordinal);
        Assert.Contains("OIDC_SCOPES", browser.Body, StringComparison.Ordinal);
        Assert.Contains("no-such-scope", browser.Body, StringComparison.Ordinal);
    }

    /// <summary>The back button: Keycloak answers the second post with <c>temporarily_unavailable</c>/<c>authentication_expired</c>.</summary>
    [Fact]
    public async Task A_login_form_sent_twice_ends_logged_in_on_the_first_page()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var browser = new CookieBrowser();
        var credentials = new Dictionary<string, string> { ["username"] = "ann", ["password"] = "ann-pass" };
        await browser.GoAsync(new Uri(gateway.Address, "/lab?twice"));
        var (form, html) = (browser.Address, browser.Body);
        await browser.SubmitAsync(form, html, credentials);
        Assert.Equal(200, browser.Status);
        await browser.SubmitAsync(form, html, credentials);
        Assert.Contains(browser.Visited, address => address.Query.Contains("authentication_expired", StringComparison.Ordinal));
        Assert.Equal((200, "/lab?twice"), (browser.Status, browser.Address.PathAndQuery));
        Assert.Equal("ann@example.com", ValueOf(upstream.Heads[^1], "kubeflow-userid"));
    }

    /// <summary>The same refusal in a browser that has lost its session meanwhile: a new login begins by itself.</summary>
    [Fact]
    public async Task An_expired_authentication_begins_a_new_login_by_itself()
    {
        using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream);
        using var browser = new CookieBrowser();
        await browser.GoAsync(new Uri(gateway.Address, "/lab?again"));
        var state = System.Web.HttpUtility.ParseQueryString(browser.Address.Query)["state"];
        Assert.NotNull(state);
        var issuer = Uri.EscapeDataString(await keycloak.IssuerAsync("kubeflow"));
        await browser.GoAsync(new Uri(gateway.Address,
            $"/authservice/oidc/callback?error=temporarily_unavailable&error_description=authentication_expired&iss={issuer}&state={Uri.EscapeDataString(state)}"));
        Assert.Equal(200, browser.Status);
        Assert.Contains("kc-form-login", browser.Body, StringComparison.Ordinal);
        await browser.SubmitAsync(new Dictionary<string, string> { ["username"] = "ann", ["password"] = "ann-pass" });
        Assert.Equal((200, "/lab?again"), (browser.Status, browser.Address.PathAndQuery));
    }

    private async Task<GatewayProcess> StartAsync(RecordingUpstream upstream, params (string Name, string Value)[] settings) =>
        await GatewayProcess.StartAsync(binary, GatewayLaunch.Inline(await keycloak.IssuerAsync("kubeflow"), upstream.Address, settings));

    private static string ValueOf(RawHead head, string name) => Assert.Single(head.LinesFoldingTo(name)).Split(':', 2)[1].Trim();
}
