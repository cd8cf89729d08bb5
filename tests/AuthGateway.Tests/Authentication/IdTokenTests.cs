using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Authentication;

/// <summary>ID tokens of our client as bearer tokens: the good one passes, each broken one is 401 and never reaches the application.</summary>
public class IdTokenTests
{
    private static readonly string[] Anonymous = ["X-Nothing: 1"];

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task C59_id_token_as_bearer_gives_its_identity(Door door)
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
        foreach (var door in new[] { Door.InLine, Door.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);
            string[] paths = door == Door.InLine ? ["/app", "/authservice/verify", "/authservice/userinfo", "/authservice/"] : ["/app"];
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
        await using var rig = await GatewayRig.StartAsync(Door.ExtAuthz, new Dictionary<string, string> { ["ID_TOKEN_HEADER"] = "X-Id-Token" });

        var answer = await rig.SendAsync("GET", "/app", "X-Id-Token: " + rig.Provider.IdToken());

        Assert.Equal(200, answer.Status);
        Assert.Contains("X-Id-Token", answer.Header("x-envoy-auth-headers-to-remove")!.Split(','));
    }

    public static TheoryData<string, int> Broken { get; } = new()
    {
        { "expired", 401 }, { "expires this second", 401 }, { "no exp", 401 }, { "exp as text", 401 }, { "foreign audience", 401 }, { "no audience", 401 }, { "other azp", 401 },
        { "two audiences without azp", 401 }, { "foreign key", 401 }, { "unknown kid", 401 }, { "alg none", 401 }, { "hs256 with the public key", 401 },
        { "hs256 with the client secret", 401 }, { "not yet valid", 401 }, { "issued tomorrow", 401 }, { "no sub", 401 }, { "crit", 401 }, { "claim twice", 401 },
        { "issuer with a slash", 401 }, { "other issuer", 401 }, { "logout token", 401 }, { "refresh token of keycloak", 401 }, { "access token of keycloak", 401 },
        { "at+jwt", 401 }, { "bound to a key", 401 }, { "no user id", 401 }, { "user id with a line break", 401 }, { "five parts", 401 }, { "tampered", 401 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task C60_broken_id_token_is_refused(string flaw, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Authorization: Bearer " + Break(rig.Provider, flaw));

        Assert.Equal(status, answer.Status);
        Assert.Contains("error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
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

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + (bearer == "garbage" ? bearer : Break(rig.Provider, bearer)), "Cookie: authservice_session=" + session);

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
        await using var rig = await GatewayRig.StartAsync();
        string? token = null;
        rig.Provider.SignIdToken = (header, claims) => token = Jwt.SignRs256(header, claims, rig.Provider.Key);
        await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync()));

        Assert.Empty(rig.Upstream.Requests.Last().All("Authorization"));
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task D45_ext_authz_sends_the_id_token_where_envoy_copies_it()
    {
        await using var rig = await GatewayRig.StartAsync(Door.ExtAuthz, new Dictionary<string, string>
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

        await rig.SendAsync("GET", "/public/x", [.. Anonymous, "x_token: forged", "X-Token: forged"]);

        Assert.DoesNotContain("forged", string.Join('\n', rig.Upstream.Requests.Last().All("X-Token").Concat(rig.Upstream.Requests.Last().All("x_token"))), StringComparison.Ordinal);
    }

    private static string Break(FakeProvider provider, string flaw)
    {
        string With(Action<JsonObject> edit) => provider.IdToken(edit);
        using var foreign = RSA.Create(2048);
        return flaw switch
        {
            "expired" => With(claims => claims["exp"] = TokenMint.Seconds(-30)),
            "expires this second" => With(claims => claims["exp"] = TokenMint.Seconds(0)),
            "no exp" => With(claims => claims.Remove("exp")),
            "exp as text" => With(claims => claims["exp"] = "9999999999"),
            "foreign audience" => With(claims => claims["aud"] = "other"),
            "no audience" => With(claims => claims.Remove("aud")),
            "other azp" => With(claims => claims["azp"] = "other"),
            "two audiences without azp" => With(claims => claims["aud"] = new JsonArray(FakeProvider.ClientId, "other")),
            "foreign key" => Jwt.SignRs256(provider.Header(), provider.Claims(FakeProvider.ClientId, null), foreign),
            "unknown kid" => Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = "nobody" }, provider.Claims(FakeProvider.ClientId, null), foreign),
            "alg none" => Jwt.Unsigned(new JsonObject { ["alg"] = "none" }, provider.Claims(FakeProvider.ClientId, null)) + "AA",
            "hs256 with the public key" => Jwt.SignHs256(new JsonObject { ["alg"] = "HS256", ["kid"] = provider.KeyId }, provider.Claims(FakeProvider.ClientId, null), provider.Key.ExportSubjectPublicKeyInfo()),
            "hs256 with the client secret" => Jwt.SignHs256(new JsonObject { ["alg"] = "HS256" }, provider.Claims(FakeProvider.ClientId, null), Encoding.UTF8.GetBytes(FakeProvider.ClientSecret)),
            "not yet valid" => With(claims => claims["nbf"] = TokenMint.Seconds(120)),
            "issued tomorrow" => With(claims => claims["iat"] = TokenMint.Seconds(86_400)),
            "no sub" => With(claims => claims.Remove("sub")),
            "crit" => Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = provider.KeyId, ["crit"] = new JsonArray("b64"), ["b64"] = false }, provider.Claims(FakeProvider.ClientId, null), provider.Key),
            "claim twice" => SignText(provider, provider.Claims(FakeProvider.ClientId, null).ToJsonString().Replace("\"email\":", "\"email\":\"admin@example.test\",\"email\":", StringComparison.Ordinal)),
            "issuer with a slash" => With(claims => claims["iss"] = provider.Issuer + "/"),
            "other issuer" => With(claims => claims["iss"] = "https://other.example.test"),
            "logout token" => With(claims => claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }),
            "refresh token of keycloak" => With(claims => claims["typ"] = "Refresh"),
            "access token of keycloak" => With(claims => claims["typ"] = "Bearer"),
            "at+jwt" => provider.Sign(provider.Claims(FakeProvider.ClientId, null), type: "at+jwt"),
            "bound to a key" => With(claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
            "no user id" => With(claims => claims.Remove("email")),
            "user id with a line break" => With(claims => claims["email"] = "a@example.test\r\nkubeflow-groups: admins"),
            "five parts" => provider.IdToken() + ".a.b",
            "tampered" => Tamper(provider),
            _ => throw new ArgumentOutOfRangeException(nameof(flaw), flaw, null),
        };
    }

    private static string SignText(FakeProvider provider, string claims)
    {
        var input = Jwt.Encode(Encoding.UTF8.GetBytes(provider.Header().ToJsonString())) + "." + Jwt.Encode(Encoding.UTF8.GetBytes(claims));
        return input + "." + Jwt.Encode(provider.Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Tamper(FakeProvider provider)
    {
        var parts = provider.IdToken().Split('.');
        parts[1] = provider.IdToken(claims => claims["email"] = "admin@example.test").Split('.')[1];
        return string.Join('.', parts);
    }

    private static (string? User, string? Groups, string? Method) Seen(GatewayRig rig, RawResponse answer)
    {
        IReadOnlyList<string> All(string name) => rig.Door == Door.InLine ? rig.Upstream.Requests.Last().All(name) : answer.All(name);
        return (All("kubeflow-userid").Single(), All("kubeflow-groups").Single(), All("Auth-Method").Single());
    }
}
