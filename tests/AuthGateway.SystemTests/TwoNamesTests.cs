using System.Net;
using System.Text.Json.Nodes;
using AuthGateway.Http;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>
/// P11: a real Keycloak that browsers and the gateway reach by two names, as pods do (docs/provider.md, "Two names of one provider"). Each name is an
/// address that counts who comes by it.
/// </summary>
public sealed class TwoNamesTests(KeycloakServer keycloak, GatewayBinary binary) : IAsyncLifetime
{
    private readonly RecordingUpstream _upstream = new();
    private KeycloakAdmin _admin = null!;

    /// <summary>As browsers see it.</summary>
    private KeycloakFront _public = null!;

    /// <summary>As pods see it.</summary>
    private KeycloakFront _inside = null!;

    private string PublicOrigin => $"http://localhost:{_public.Address.Port}";

    private string PublicIssuer => PublicOrigin + "/realms/kubeflow";

    private string InsideOrigin => $"http://127.0.0.1:{_inside.Address.Port}";

    private string InsideIssuer => InsideOrigin + "/realms/kubeflow";

    public async ValueTask InitializeAsync()
    {
        _admin = await keycloak.AdminAsync("kubeflow");
        await _admin.EndSessionsAsync("ann");
        _public = await KeycloakFront.StartAsync(await keycloak.AddressAsync());
        _inside = await KeycloakFront.StartAsync(await keycloak.AddressAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _public.DisposeAsync();
        await _inside.DisposeAsync();
        _upstream.Dispose();
    }

    /// <summary>Its issuer follows the name of each request; the login address was set by hand.</summary>
    [Fact]
    public async Task Issuer_that_follows_the_name_is_refused_and_page_and_log_show_both()
    {
        await using var gateway = await StartAsync(("OIDC_AUTH_URL", PublicIssuer + "/protocol/openid-connect/auth"));
        using var browser = new CookieBrowser();

        await browser.LogInAsync(new Uri(gateway.Address, "/lab"), "ann", "ann-pass");

        Assert.Equal(400, browser.Status);
        Assert.Contains("data-error=\"wrong_issuer\"", browser.Body, StringComparison.Ordinal);
        Assert.All([PublicIssuer, InsideIssuer], issuer =>
        {
            Assert.Contains($"\"{issuer}\"", WebUtility.HtmlDecode(browser.Body), StringComparison.Ordinal);
            Assert.Contains($"\"{issuer}\"", gateway.Log, StringComparison.Ordinal);
        });
        Assert.Empty(_upstream.Heads);
    }

    /// <summary>One issuer, at an address where nothing listens for pods: the log says what to set, first for the issuer, then for the address.</summary>
    [Fact]
    public async Task Settings_that_are_missing_are_named_with_their_values()
    {
        const string Origin = "http://localhost:9";
        var realm = await ChangeFrontendAsync(Origin);
        try
        {
            var launch = GatewayLaunch.Inline(InsideIssuer, _upstream.Address) with { WaitUntilReady = false };
            await using var withoutIssuer = await GatewayProcess.StartAsync(binary, launch);
            await SaysAsync(withoutIssuer, $"OIDC_PROVIDER says the issuer is \"{InsideIssuer}\", the provider says \"{Origin}/realms/kubeflow\"");

            launch = GatewayLaunch.Inline(InsideIssuer, _upstream.Address, ("OIDC_ISSUER", Origin + "/realms/kubeflow")) with { WaitUntilReady = false };
            await using var withoutOrigin = await GatewayProcess.StartAsync(binary, launch);
            await SaysAsync(withoutOrigin, "OIDC_BACKCHANNEL_ORIGIN=" + InsideOrigin);
        }
        finally
        {
            await _admin.ChangeRealmAsync(realm);
        }
    }

    /// <summary>One issuer under both names, at an address that the gateway does not use.</summary>
    [Fact]
    public async Task Login_userinfo_refresh_and_logout_go_by_the_inside_name_and_the_browser_by_the_public_one()
    {
        var realm = await ChangeFrontendAsync(PublicOrigin);
        try
        {
            await using var gateway = await StartAsync(
                ("OIDC_ISSUER", PublicIssuer), ("OIDC_BACKCHANNEL_ORIGIN", InsideOrigin), ("GROUPS_CLAIM", "groups"), ("SESSION_REFRESH_MIN_INTERVAL", "1s"));
            await _admin.ChangeClientAsync(client =>
            {
                client["attributes"]!["access.token.lifespan"] = "4";
                client["attributes"]!["post.logout.redirect.uris"] = "+";
            });
            using var browser = new CookieBrowser();
            await browser.LogInAsync(new Uri(gateway.Address, "/lab"), "ann", "ann-pass");

            // The groups stand in userinfo alone.
            Assert.Equal((200, "/lab"), (browser.Status, browser.Address.AbsolutePath));
            Assert.Equal(["admins", "team-a"], Assert.Single(_upstream.Last("/lab").LinesFoldingTo("kubeflow-groups")).Split(':', 2)[1].Trim().Split(',').Order());
            var login = _inside.LastLogin;
            await Deadline.UntilAsync(
                async () =>
                {
                    await browser.GoAsync(new Uri(gateway.Address, "/again"));
                    Assert.True(browser.Status == 200 && browser.Address.AbsolutePath == "/again", $"{browser.Address}\n{gateway.Log}");
                    return _inside.Refreshed(login) >= 2;
                },
                TimeSpan.FromSeconds(15), () => $"two refreshes\n{gateway.Log}", everyMilliseconds: 200);
            Assert.All(_inside.Refreshes[login], status => Assert.Equal(200, status));

            await browser.GoAsync(new Uri(gateway.Address, "/authservice/logout"));
            await browser.SubmitAsync(new Dictionary<string, string>());
            Assert.Contains(browser.Visited, address => address.AbsoluteUri.StartsWith(PublicIssuer + "/protocol/openid-connect/logout?", StringComparison.Ordinal));
            Assert.Equal(0, await _admin.SessionCountAsync("ann"));
            await browser.GoAsync(new Uri(gateway.Address, "/lab"));
            Assert.Contains("kc-form-login", browser.Body, StringComparison.Ordinal);

            Assert.Equal((1, 0), (_inside.Codes, _public.Codes));
            Assert.Empty(_public.Refreshes);
        }
        finally
        {
            await _admin.ChangeRealmAsync(realm);
            await _admin.ChangeClientAsync(client => client["attributes"]!["access.token.lifespan"] = "");
        }
    }

    /// <summary>The realm's <em>Frontend URL</em>; the result is what stood there.</summary>
    private async Task<JsonObject> ChangeFrontendAsync(string origin)
    {
        // What is not named is removed.
        var attributes = (await _admin.GetAsync(""))["attributes"]?.DeepClone() ?? new JsonObject();
        attributes["frontendUrl"] = origin;
        return await _admin.ChangeRealmAsync(new JsonObject { ["attributes"] = attributes });
    }

    private static Task SaysAsync(GatewayProcess gateway, string sentence) => Deadline.UntilAsync(
        () => Task.FromResult(gateway.Log.Contains(sentence, StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => $"{sentence}\n{gateway.Log}");

    private Task<GatewayProcess> StartAsync(params (string Name, string Value)[] settings) =>
        GatewayProcess.StartAsync(binary, GatewayLaunch.Inline(InsideIssuer, _upstream.Address, [("GROUPS_HEADER", "kubeflow-groups"), .. settings]));
}
