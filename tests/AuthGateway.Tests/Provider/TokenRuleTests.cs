using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Provider;

/// <summary>Keys, algorithms, clocks and audiences of the provider's tokens, at a login, as a bearer token and as a logout token.</summary>
public class TokenRuleTests
{
    private static readonly Dictionary<string, string> Bearer = new() { ["IDTOKEN_AUTHN_ENABLED"] = "true", ["ACCESS_TOKEN_AUTHN_ENABLED"] = "true", ["ACCESS_TOKEN_AUTHN"] = "jwt", ["AUDIENCES"] = "api" };

    [Fact]
    public async Task New_key_under_the_old_kid_costs_one_refetch_and_no_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        var fetches = rig.Provider.Count("jwks");

        rig.Provider.RotateKey(rig.Provider.KeyId);
        await rig.LogInAsync();
        await rig.LogInAsync(ProviderUser.Bob);

        Assert.Equal(fetches + 1, rig.Provider.Count("jwks"));
    }

    [Fact]
    public async Task New_key_under_the_old_kid_is_found_for_a_logout_token()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        rig.Provider.RotateKey(rig.Provider.KeyId);

        Assert.Equal(200, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1"))).Status);
        Assert.Equal(401, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task New_key_under_the_old_kid_is_found_for_a_bearer_token_and_forged_ones_cost_one_fetch()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Bearer);
        rig.Provider.RotateKey(rig.Provider.KeyId);
        var fetches = rig.Provider.Count("jwks");

        Assert.Equal(200, await StatusAsync(rig, rig.Provider.AccessToken()));
        using var stranger = RSA.Create(2048);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(401, await StatusAsync(rig, Jwt.SignRs256(rig.Provider.Header(), rig.Provider.Claims(TokenMint.Api, null), stranger)));
        }

        Assert.Equal(fetches + 1, rig.Provider.Count("jwks"));
    }

    [Fact]
    public async Task Token_that_is_not_meant_for_us_causes_no_fetch_of_keys()
    {
        await using var rig = await GatewayRig.StartAsync();
        var fetches = rig.Provider.Count("jwks");

        await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", edit: (header, claims) => (header["kid"], claims["aud"]) = ("unknown", "another")));

        Assert.Equal(fetches, rig.Provider.Count("jwks"));
    }

    [Theory]
    [InlineData(-30 * 86400, null, false)]
    [InlineData(-30 * 86400, "off", true)]
    [InlineData(-3000, null, true)]
    [InlineData(-3000, "600", false)]
    [InlineData(120, null, true)]
    [InlineData(400, null, false)]
    public async Task Age_of_a_logins_ID_token_is_limited_and_clocks_may_differ(int issuedAt, string? limit, bool isAccepted)
    {
        await using var rig = await GatewayRig.StartAsync(settings: limit is null ? null : new Dictionary<string, string> { ["OIDC_ID_TOKEN_MAX_AGE"] = limit });
        rig.Provider.EditIdToken = (_, claims) => claims["iat"] = TokenMint.Seconds(issuedAt);

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(isAccepted ? null : "id_token_invalid", answer.Status == 200 ? null : answer.ErrorCode);
        Assert.Equal(isAccepted ? 1 : 0, rig.StoredRows());
    }

    [Theory]
    [InlineData("30", false)]
    [InlineData("300", true)]
    public async Task Clock_tolerance_is_a_setting(string tolerance, bool isAccepted)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["OIDC_CLOCK_TOLERANCE"] = tolerance });
        rig.Provider.EditIdToken = (_, claims) => claims["iat"] = TokenMint.Seconds(200);

        await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(isAccepted ? 1 : 0, rig.StoredRows());
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(FakeProvider.ClientId, 1)]
    [InlineData("account", 0)]
    public async Task Several_audiences_are_accepted_at_a_login_when_no_azp_contradicts(string? party, long sessions)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) =>
        {
            claims["aud"] = new JsonArray(FakeProvider.ClientId, "account");
            claims["azp"] = party;
        };

        await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(sessions, rig.StoredRows());
    }

    /// <summary>P3 for ID tokens: a provider that writes nulls.</summary>
    [Theory]
    [InlineData("azp")]
    [InlineData("events")]
    [InlineData("auth_time")]
    [InlineData("jti")]
    [InlineData("sid")]
    public async Task Null_claim_of_an_ID_token_is_absent(string claim)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) => claims[claim] = null;

        await rig.LogInAsync();
    }

    [Fact]
    public async Task Bearer_ID_token_that_another_client_asked_for_is_accepted()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Bearer);

        Assert.Equal(200, await StatusAsync(rig, rig.Provider.IdToken(claims => (claims["aud"], claims["azp"]) = (new JsonArray(FakeProvider.ClientId, "cli"), "cli"))));
    }

    [Theory]
    [InlineData(null, 400)]
    [InlineData("RS256 ES256", 200)]
    public async Task Logout_token_signed_with_an_algorithm_that_the_client_is_not_registered_for_is_refused(string? setting, int status)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var rig = await StartWithEcAsync(key, ["RS256", "ES256"], setting);

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", edit: (header, _) => (header["alg"], header["kid"]) = ("ES256", "ec"), sign: (header, claims) => Ec.Sign(header, claims, key)));

        Assert.Equal(status, answer.Status);
        if (status == 400)
        {
            Assert.Contains("The provider signed the logout token with ES256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", rig.Log.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("RS256,ES256", null, 0)]
    [InlineData("RS256,ES256", "ES256", 1)]
    [InlineData("ES256", null, 1)]
    public async Task ID_token_is_signed_as_set_or_with_RS256_or_as_a_provider_without_it_announces(string announced, string? setting, long sessions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var rig = await StartWithEcAsync(key, announced.Split(','), setting);
        rig.Provider.EditIdToken = (header, _) => (header["alg"], header["kid"]) = ("ES256", "ec");
        rig.Provider.SignIdToken = (header, claims) => Ec.Sign(header, claims, key);

        await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(sessions, rig.StoredRows());
    }

    [Fact]
    public async Task Access_token_may_be_signed_with_whatever_the_provider_announces()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var rig = await StartWithEcAsync(key, ["RS256", "ES256"], null);
        var header = rig.Provider.Header("at+jwt");
        (header["alg"], header["kid"]) = ("ES256", "ec");

        Assert.Equal(200, await StatusAsync(rig, Ec.Sign(header, rig.Provider.Claims(TokenMint.Api, null), key)));
    }

    [Fact]
    public async Task Access_token_of_the_announced_access_token_issuer_is_accepted()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["access_token_issuer"] = "http://adfs.example.test/services/trust";
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: Bearer);

        Assert.Equal(200, await StatusAsync(rig, provider.AccessToken(claims => claims["iss"] = "http://adfs.example.test/services/trust", "at+jwt")));
        // As AD FS writes them: typ JWT, with a scope or without any mark, for the audience or for the client.
        Assert.Equal(200, await StatusAsync(rig, provider.AccessToken(claims => (claims["iss"], claims["scp"]) = ("http://adfs.example.test/services/trust", "openid"))));
        Assert.Equal(200, await StatusAsync(rig, provider.AccessToken(claims => (claims["iss"], claims["aud"]) = ("http://adfs.example.test/services/trust", FakeProvider.ClientId))));
        Assert.Equal(401, await StatusAsync(rig, provider.AccessToken(claims => (claims["iss"], claims["aud"]) = ("http://adfs.example.test/services/trust", "microsoft:identityserver:other"))));
        Assert.Equal(401, await StatusAsync(rig, provider.AccessToken(claims => claims["iss"] = "http://adfs.example.test/services/other", "at+jwt")));
        Assert.Equal(401, await StatusAsync(rig, provider.IdToken(claims => (claims["iss"], claims["nonce"]) = ("http://adfs.example.test/services/trust", "n"))));
    }

    private static async Task<GatewayRig> StartWithEcAsync(ECDsa key, IReadOnlyList<string> announced, string? setting)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray([.. announced.Select(name => (JsonNode)name)]);
        provider.EditKeySet = set => set["keys"]!.AsArray().Add(Ec.PublicKey("ec", key));
        var settings = new Dictionary<string, string>(Bearer);
        if (setting is not null)
        {
            settings["OIDC_SIGNING_ALGS"] = setting;
        }

        return await GatewayRig.StartAsync(provider: provider, settings: settings);
    }

    private static async Task<int> StatusAsync(GatewayRig rig, string token) => (await rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + token)).Status;
}
