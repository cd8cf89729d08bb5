namespace AuthGateway.Tests.Authentication;

/// <summary>The ID token that an application gets (<c>FORWARD_ID_TOKEN</c>, <c>USERID_TOKEN_HEADER</c>): it is no credential at our doors.</summary>
public class ForwardedIdTokenTests
{
    [Theory]
    [InlineData("FORWARD_ID_TOKEN", "true")]
    [InlineData("USERID_TOKEN_HEADER", "X-Token")]
    public async Task Forwarded_id_token_of_a_browser_login_is_no_credential(string setting, string value)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { [setting] = value });
        await rig.LogInAsync();
        await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync()));
        var stolen = rig.Upstream.Requests.Last().All(setting == "FORWARD_ID_TOKEN" ? "Authorization" : "X-Token").Single().Replace("Bearer ", "", StringComparison.Ordinal);
        Assert.Equal(3, stolen.Split('.').Length);

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + stolen)).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken())).Status);
    }

    [Fact]
    public async Task Forwarded_id_token_is_no_credential_after_the_logout_either()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["FORWARD_ID_TOKEN"] = "true" });
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);
        var stolen = rig.Upstream.Requests.Last().All("Authorization").Single();

        Assert.Equal(201, (await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0")).Status);

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: " + stolen)).Status);
    }

    [Fact]
    public async Task Forwarded_id_token_without_nonce_and_sid_is_no_credential_while_the_session_lives_and_after()
    {
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync();
        provider.Refresh = new RefreshRules { AccessSeconds = 600 };
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["FORWARD_ID_TOKEN"] = "true" }, provider: provider, clock: clock);
        var session = rig.SessionOf(await rig.LogInAsync());
        provider.EditIdToken = (_, claims) =>
        {
            claims.Remove("nonce");
            claims.Remove("sid");
        };
        clock.Advance(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(
            async () =>
            {
                await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);
                return !Jwt.ClaimsOf(rig.Upstream.Requests.Last().All("Authorization").Single()["Bearer ".Length..]).ContainsKey("nonce");
            },
            "a refreshed ID token upstream");
        var stolen = rig.Upstream.Requests.Last().All("Authorization").Single();

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: " + stolen)).Status);
        await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: " + stolen)).Status);
    }

    [Fact]
    public async Task Id_token_of_a_browser_login_is_known_by_its_nonce_alone()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["FORWARD_ID_TOKEN"] = "true" });
        rig.Provider.EditIdToken = (_, claims) => claims.Remove("sid");
        await rig.LogInAsync();
        await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync()));
        var stolen = rig.Upstream.Requests.Last().All("Authorization").Single();

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: " + stolen)).Status);
    }

    [Fact]
    public async Task Not_forwarded_an_id_token_stays_home_and_is_a_credential()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["LOGOUT_MODE"] = "local" });
        string? token = null;
        rig.Provider.SignIdToken = (header, claims) => token = Jwt.SignRs256(header, claims, rig.Provider.Key);
        await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync()));

        Assert.Empty(rig.Upstream.Requests.Last().All("Authorization"));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task D45_ext_authz_sends_the_id_token_where_envoy_copies_it()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string>
        {
            ["FORWARD_ID_TOKEN"] = "true",
            ["USERID_TOKEN_HEADER"] = "X-Token",
            ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,x-token,authorization",
        });
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + session);

        Assert.Equal(3, answer.Header("Authorization")!.Split('.').Length);
        Assert.Equal("Bearer " + answer.Header("X-Token"), answer.Header("Authorization"));
        Assert.DoesNotContain("authorization", answer.Header("x-envoy-auth-headers-to-remove")!.Split(','), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Clients_copy_of_the_token_header_never_passes()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["USERID_TOKEN_HEADER"] = "X-Token" });

        await rig.SendAsync("GET", "/public/x", "x_token: forged", "X-Token: forged");

        Assert.DoesNotContain("forged", string.Join('\n', rig.Upstream.Requests.Last().All("X-Token").Concat(rig.Upstream.Requests.Last().All("x_token"))), StringComparison.Ordinal);
    }
}
