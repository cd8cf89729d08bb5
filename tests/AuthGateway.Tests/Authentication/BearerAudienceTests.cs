using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Authentication;

/// <summary>Whom a bearer token must be for: <c>aud</c> alone says it, the same in JWT and opaque mode; a refusal names the setting.</summary>
public class BearerAudienceTests
{
    private static readonly Dictionary<string, string> Jwts = new() { ["AUDIENCES"] = TokenMint.Api };

    [Theory]
    [InlineData("cli")]
    [InlineData(null)]
    [InlineData(FakeProvider.ClientId)]
    public async Task Id_token_of_dexs_cross_client_is_accepted_whatever_azp_says(string? azp)
    {
        await using var rig = await GatewayRig.StartAsync();
        var token = rig.Provider.IdToken(claims => (claims["aud"], claims["azp"]) = (new JsonArray(FakeProvider.ClientId, "cli"), azp));

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        Assert.Equal("alice@example.test", rig.Upstream.Last.Header("kubeflow-userid"));
    }

    [Theory]
    [InlineData("at+jwt", null)]
    [InlineData("JWT", "Bearer")]
    public async Task Access_token_for_our_client_id_is_accepted(string type, string? typeClaim)
    {
        await using var rig = await GatewayRig.StartAsync();
        var token = rig.Provider.AccessToken(claims => (claims["aud"], claims["typ"]) = (FakeProvider.ClientId, typeClaim), type);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Id_token_for_others_alone_is_refused_although_azp_is_ours()
    {
        await using var rig = await GatewayRig.StartAsync();
        var token = rig.Provider.IdToken(claims => (claims["aud"], claims["azp"], claims["typ"]) = ("cli", FakeProvider.ClientId, "ID"));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Login_still_refuses_a_token_that_was_issued_to_another_client()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) => (claims["aud"], claims["azp"]) = (new JsonArray(FakeProvider.ClientId, "cli"), "cli");

        var page = (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/")).Answer;

        Assert.NotEqual(200, page.Status);
        Assert.Empty(rig.Upstream.Requests);
    }

    /// <summary>One row, two modes, one answer.</summary>
    [Theory]
    [InlineData("""["api"]""", null, true)]
    [InlineData("\"api\"", null, true)]
    [InlineData("""["other","kubeflow-oidc-authservice"]""", null, true)]
    [InlineData("\"kubeflow-oidc-authservice\"", "other", true)]
    [InlineData("\"other\"", "kubeflow-oidc-authservice", false)]
    [InlineData("[]", "kubeflow-oidc-authservice", true)]
    [InlineData(null, "kubeflow-oidc-authservice", true)]
    [InlineData(null, "other", false)]
    [InlineData(null, null, false)]
    [InlineData("\"kubeflow-oidc-authservice/\"", null, false)]
    public async Task Access_token_is_for_us_by_the_same_rule_in_both_modes(string? audience, string? client, bool accepted)
    {
        await using var jwt = await GatewayRig.StartAsync(settings: Jwts);
        var token = jwt.Provider.AccessToken(claims =>
        {
            claims["typ"] = "Bearer";
            Shape(claims, audience, client);
        });
        var signed = await jwt.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        await using var opaque = await OpaqueTokenTests.StartAsync(Jwts);
        var asked = await opaque.SendAsync("GET", "/app", "Authorization: Bearer " + OpaqueTokens.Install(opaque.Provider).Issue(answer => Shape(answer, audience, client)));

        Assert.Equal((accepted ? 200 : 401, signed.Status), (signed.Status, asked.Status));
        if (!accepted)
        {
            Assert.Contains(audience is null ? "names no audience" : "AUDIENCES", signed.Text, StringComparison.Ordinal);
            Assert.Equal(signed.Json["error_description"]!.GetValue<string>(), asked.Json["error_description"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Lightweight_access_token_of_keycloak_is_told_what_to_do()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Jwts);
        var claims = new JsonObject
        {
            ["exp"] = TokenMint.Seconds(300),
            ["iat"] = TokenMint.Seconds(0),
            ["jti"] = "1",
            ["iss"] = rig.Provider.Issuer,
            ["typ"] = "Bearer",
            ["azp"] = FakeProvider.ClientId,
            ["sid"] = "s",
            ["scope"] = "openid email",
        };

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.Sign(claims));

        Assert.Equal(401, answer.Status);
        Assert.Contains("lightweight access token of Keycloak", answer.Text, StringComparison.Ordinal);
        Assert.Contains("ACCESS_TOKEN_AUTHN=opaque", answer.Text, StringComparison.Ordinal);
    }

    private static void Shape(JsonObject claims, string? audience, string? client)
    {
        claims.Remove("aud");
        claims.Remove("client_id");
        if (audience is not null)
        {
            claims["aud"] = JsonNode.Parse(audience);
        }

        if (client is not null)
        {
            claims["client_id"] = client;
        }
    }
}
