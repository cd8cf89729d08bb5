using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.SignOut;

/// <summary>Events for which a real Keycloak sends a logout token: the gateway's session is over within 2 s.</summary>
public sealed class SingleSignOutTests(KeycloakServer keycloak, GatewayBinary binary)
{
    private const double Promise = 2;

    [Fact]
    public async Task Logout_here_ends_the_realm_session()
    {
        await using var stage = await StartAsync();
        Assert.Equal(1, await stage.Admin.SessionCountAsync("ann"));

        await stage.Browser.GoAsync(new Uri(stage.Gateway.Address, "/authservice/logout"));
        Assert.Equal(1, await stage.Admin.SessionCountAsync("ann"));
        await stage.Browser.SubmitAsync(new Dictionary<string, string>());

        Assert.False(await stage.IsAliveAsync());
        Assert.Equal(0, await stage.Admin.SessionCountAsync("ann"));
        await stage.Browser.GoAsync(new Uri(stage.Gateway.Address, "/lab"));
        Assert.Contains("kc-form-login", stage.Browser.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_ended_by_an_administrator()
    {
        await using var stage = await StartAsync();

        await stage.Admin.EndSessionAsync(Assert.Single(await stage.Admin.SessionIdsAsync("ann")));

        await stage.EndsWithinAsync(Promise, "DELETE of the session");
    }

    /// <summary>RFC 6455 §7.4.1: 1008 and 1001 are what an ended session may say; a connection that just breaks is an end as well, but ours says goodbye.</summary>
    [Fact]
    public async Task Session_ended_by_an_administrator_closes_its_open_WebSocket()
    {
        await using var stage = await StartAsync();
        using var socket = await stage.OpenSocketAsync();
        var receiving = socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken);
        var sid = Assert.Single(await stage.Admin.SessionIdsAsync("ann"));

        await stage.Admin.EndSessionAsync(sid);

        var started = Stopwatch.GetTimestamp();
        var end = await receiving.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        Assert.True(end.CloseStatus is WebSocketCloseStatus.PolicyViolation or WebSocketCloseStatus.EndpointUnavailable, $"{end.CloseStatus}");
        Assert.InRange(took.TotalSeconds, 0, Promise);
        TestContext.Current.TestOutputHelper?.WriteLine($"administrator to closed socket: {took.TotalMilliseconds:0} ms after Keycloak's answer");
    }

    [Fact]
    public async Task All_sessions_of_a_user_ended_by_an_administrator()
    {
        await using var stage = await StartAsync();

        await stage.Admin.EndSessionsAsync("ann");

        await stage.EndsWithinAsync(Promise, "logout of the user");
    }

    [Fact]
    public async Task Second_application_logs_out_in_the_browser()
    {
        await using var stage = await StartAsync();
        var tokens = await stage.Other.LogInAsync(stage.Browser);

        await stage.Other.LogOutAsync(stage.Browser, tokens);

        await stage.EndsWithinAsync(Promise, "RP-initiated logout of another client");
    }

    /// <summary>A login with <c>offline_access</c> that joined a session which was there before hears of that session's end.</summary>
    [Fact]
    public async Task Second_application_logs_out_of_the_session_that_an_offline_login_joined()
    {
        await using var stage = await SignOutStage.StartAsync(keycloak, binary, ("OIDC_SCOPES", "profile email offline_access"));
        var tokens = await stage.Other.LogInAsync(stage.Browser, ("ann", "ann-pass"));
        await stage.Browser.GoAsync(new Uri(stage.Gateway.Address, "/lab"));
        Assert.True(await stage.IsAliveAsync(), stage.Gateway.Log);

        await stage.Other.LogOutAsync(stage.Browser, tokens);

        await stage.EndsWithinAsync(Promise, "RP-initiated logout of another client, login here with offline_access");
    }

    [Fact]
    public async Task Second_application_posts_its_refresh_token_to_the_end_session_endpoint()
    {
        await using var stage = await StartAsync();
        var tokens = await stage.Other.LogInAsync(stage.Browser);

        await stage.Other.LogOutByRefreshTokenAsync(tokens);

        await stage.EndsWithinAsync(Promise, "refresh token posted to the end-session endpoint");
    }

    [Fact]
    public async Task Saml_application_signs_out()
    {
        await using var stage = await StartAsync();
        var saml = new SamlApp(await keycloak.IssuerAsync("kubeflow"));
        var session = await saml.LogInAsync(stage.Browser);

        await saml.LogOutAsync(stage.Browser, session);

        await stage.EndsWithinAsync(Promise, "LogoutRequest of a SAML application");
    }

    /// <summary>The realm session lives on when the SAML application never answers; ours is over all the same.</summary>
    [Fact]
    public async Task Logout_here_beside_a_saml_application_that_never_answers()
    {
        await using var stage = await StartAsync();
        await new SamlApp(await keycloak.IssuerAsync("kubeflow")).LogInAsync(stage.Browser);

        await stage.Browser.GoAsync(new Uri(stage.Gateway.Address, "/authservice/logout"));
        await stage.Browser.SubmitAsync(new Dictionary<string, string>());

        Assert.Contains("http://localhost:8987/saml/slo", WebUtility.HtmlDecode(stage.Browser.Body), StringComparison.Ordinal);
        Assert.False(await stage.IsAliveAsync());
    }

    [Fact]
    public async Task Login_at_the_second_application_gives_entry_here_without_a_prompt()
    {
        await using var stage = await SignOutStage.StartAsync(keycloak, binary);
        await stage.Other.LogInAsync(stage.Browser, ("ann", "ann-pass"));

        await stage.Browser.GoAsync(new Uri(stage.Gateway.Address, "/lab?entry"));

        Assert.Equal((200, "/lab?entry"), (stage.Browser.Status, stage.Browser.Address.PathAndQuery));
        Assert.True(await stage.IsAliveAsync());
    }

    [Fact]
    public async Task Session_of_somebody_else_lives_on()
    {
        await using var stage = await SignOutStage.StartAsync(keycloak, binary);
        await stage.LogInAsync("bob", "bob-pass");
        using var anns = new Wire.CookieBrowser();
        await anns.LogInAsync(new Uri(stage.Gateway.Address, "/lab"), "ann", "ann-pass");

        await stage.Admin.EndSessionsAsync("ann");
        await anns.GoAsync(new Uri(stage.Gateway.Address, "/lab"));

        Assert.Contains("kc-form-login", anns.Body, StringComparison.Ordinal);
        Assert.True(await stage.IsAliveAsync());
        await stage.Admin.EndSessionsAsync("bob");
    }

    private async Task<SignOutStage> StartAsync()
    {
        var stage = await SignOutStage.StartAsync(keycloak, binary);
        await stage.LogInAsync();
        Assert.True(await stage.IsAliveAsync(), stage.Gateway.Log);
        return stage;
    }
}
