using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>ID tokens of our client as bearer tokens.</summary>
public class IdTokenTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C59_id_token_as_bearer_gives_its_identity(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken());

        Assert.Equal(200, answer.Status);
        var (user, groups, method) = Seen(rig, answer);
        Assert.Equal(("alice@example.test", "staff,admins", "header"), (user, groups, method));
        Assert.Equal(0, rig.Provider.Count("userinfo"));
    }

    [Theory]
    [InlineData("""{"iss":"\ud800","exp":1}""")]
    [InlineData("""{"aud":["\udc00"],"exp":1}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"typ":"\ud800"}""")]
    [InlineData("""{"iss":"a","iss":"b"}""")]
    public async Task Token_that_is_no_text_is_no_credential_on_any_door(string claims)
    {
        var token = Jwt.Encode("""{"alg":"RS256"}"""u8) + "." + Jwt.Encode(Encoding.UTF8.GetBytes(claims)) + ".AA";
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);
            string[] paths = door == GatewayMode.InLine ? ["/app", "/authservice/verify", "/authservice/userinfo", "/authservice/"] : ["/app"];
            foreach (var path in paths)
            {
                Assert.Equal(401, (await rig.SendAsync("GET", path, "Accept: application/json", "Authorization: Bearer " + token)).Status);
            }

            Assert.DoesNotContain("unhandled", rig.Log.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Audience_with_a_slash_is_another_one()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["aud"] = FakeProvider.ClientId + "/"))).Status);
    }

    [Fact]
    public async Task Token_that_was_the_credential_does_not_reach_the_application()
    {
        await using var rig = await GatewayRig.StartAsync();

        await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken());

        Assert.Empty(rig.Upstream.Requests.Last().All("Authorization"));
    }

    [Fact]
    public async Task Ext_authz_has_envoy_remove_the_token_that_was_the_credential()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["ID_TOKEN_HEADER"] = "X-Id-Token" });

        var answer = await rig.SendAsync("GET", "/app", "X-Id-Token: " + rig.Provider.IdToken());

        Assert.Equal(200, answer.Status);
        Assert.Contains("X-Id-Token", answer.Header("x-envoy-auth-headers-to-remove")!.Split(','));
    }

    [Fact]
    public async Task D26_expired_token_is_told_so()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["exp"] = TokenMint.Seconds(-5)));

        Assert.Contains("token is expired", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/authservice/userinfo")]
    [InlineData("/authservice/")]
    public async Task Token_does_not_open_our_own_pages(string page)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", page, "Accept: application/json", "Authorization: Bearer " + rig.Provider.IdToken());

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("alice", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switched_off_it_is_refused()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["IDTOKEN_AUTHN_ENABLED"] = "false" });

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken())).Status);
    }

    [Fact]
    public async Task Two_authorization_headers_are_no_credential()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(), "Authorization: Bearer " + rig.Provider.IdToken());

        Assert.Equal(401, answer.Status);
    }

    [Fact]
    public async Task Token_in_the_query_is_no_credential()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Equal(401, (await rig.SendAsync("GET", "/app?access_token=" + rig.Provider.IdToken(), "Accept: application/json")).Status);
    }

    [Fact]
    public async Task C26_basic_credentials_are_no_token()
    {
        await using var rig = await GatewayRig.StartAsync();
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes(rig.Provider.IdToken() + ":x-oauth-basic"));

        Assert.Equal(302, (await rig.SendAsync("GET", "/app", "Authorization: Basic " + basic)).Status);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("expired")]
    public async Task C42_bad_bearer_beside_a_live_session_counts_for_nothing(string bearer)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + (bearer == "garbage" ? bearer : rig.Provider.IdToken(claims => claims["exp"] = TokenMint.Seconds(-30))), "Cookie: authservice_session=" + session);

        Assert.Equal(200, answer.Status);
        Assert.Equal(["cookie"], rig.Upstream.Requests.Last().All("Auth-Method"));
    }

    [Fact]
    public async Task Before_the_provider_is_known_the_answer_is_unavailable()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Answer(500, "{}");
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + provider.IdToken())).Status);
    }

    [Fact]
    public async Task Storm_of_unknown_keys_costs_one_fetch_in_ten_seconds_and_a_new_key_is_found()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        using var key = RSA.Create(2048);
        var before = rig.Provider.Count("jwks");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 30; i++)
        {
            var stranger = Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = "kid-" + i }, rig.Provider.Claims(FakeProvider.ClientId, null), key);
            Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + stranger)).Status);
        }

        Assert.InRange(rig.Provider.Count("jwks") - before, 0, 1 + (int)(watch.Elapsed.TotalSeconds / 10));
        clock.Advance(TimeSpan.FromSeconds(11));
        rig.Provider.RotateKey("key-2");
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken())).Status);
    }

    private static (string? User, string? Groups, string? Method) Seen(GatewayRig rig, RawResponse answer)
    {
        IReadOnlyList<string> All(string name) => rig.Mode == GatewayMode.InLine ? rig.Upstream.Requests.Last().All(name) : answer.All(name);
        return (All("kubeflow-userid").Single(), All("kubeflow-groups").Single(), All("Auth-Method").Single());
    }
}
