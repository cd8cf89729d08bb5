using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>JWT access tokens of the provider (<c>ACCESS_TOKEN_AUTHN=jwt</c>, <c>AUDIENCES</c>).</summary>
public class JwtAccessTokenTests
{
    private static readonly Dictionary<string, string> ForApi = new() { ["AUDIENCES"] = TokenMint.Api };

    [Fact]
    public async Task C61_access_token_for_one_of_our_audiences_passes()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["AUDIENCES"] = "other, " + TokenMint.Api });

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.AccessToken());

        Assert.Equal(200, answer.Status);
        Assert.Equal(["alice@example.test"], rig.Upstream.Requests.Last().All("kubeflow-userid"));
        Assert.Equal(["header"], rig.Upstream.Requests.Last().All("Auth-Method"));
    }

    [Theory]
    [InlineData("at+jwt", null)]
    [InlineData("application/at+jwt", null)]
    [InlineData("JWT", "Bearer")]
    [InlineData(null, null)]
    public async Task Marked_access_token_passes(string? type, string? typeClaim)
    {
        await using var rig = await GatewayRig.StartAsync(settings: ForApi);

        var token = rig.Provider.AccessToken(typeClaim is null ? null : claims => claims["typ"] = typeClaim, type);
        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task C62_expired_access_token_is_refused_and_told_so()
    {
        await using var rig = await GatewayRig.StartAsync(settings: ForApi);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.AccessToken(claims => claims["exp"] = TokenMint.Seconds(-5)));

        Assert.Equal(401, answer.Status);
        Assert.Contains("token is expired", answer.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Fact]
    public async Task C63_token_of_another_issuer_beside_a_live_session_counts_for_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(settings: ForApi);
        var session = rig.SessionOf(await rig.LogInAsync());
        var foreign = rig.Provider.AccessToken(claims => claims["iss"] = "https://other.example.test");

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + foreign, "Cookie: authservice_session=" + session);

        Assert.Equal(200, answer.Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + foreign)).Status);
    }

    [Fact]
    public async Task D27_missing_groups_are_no_groups()
    {
        await using var rig = await GatewayRig.StartAsync(settings: ForApi);

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.AccessToken(claims => claims.Remove("groups")));

        Assert.Equal(200, answer.Status);
        Assert.Equal([""], rig.Upstream.Requests.Last().All("kubeflow-groups"));
    }

    [Theory]
    [InlineData("id token of keycloak")]
    [InlineData("id token by its nonce")]
    [InlineData("id token by its at_hash")]
    [InlineData("logout token")]
    [InlineData("foreign audience")]
    [InlineData("foreign key")]
    [InlineData("hs256 with the client secret")]
    [InlineData("no exp")]
    [InlineData("dpop")]
    [InlineData("encryption type")]
    [InlineData("no user id")]
    public async Task Anything_else_is_refused(string flaw)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(ForApi) { ["OIDC_ALLOW_HS256"] = "true" });

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Break(rig.Provider, flaw));

        Assert.Equal(401, answer.Status);
        Assert.Contains("error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Fact]
    public async Task Id_token_never_counts_as_access_token_even_where_our_client_id_is_an_audience()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["AUDIENCES"] = FakeProvider.ClientId, ["IDTOKEN_AUTHN_ENABLED"] = "false" });

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken())).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["typ"] = "ID"))).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["typ"] = "Bearer"))).Status);
    }

    [Fact]
    public async Task Switched_off_it_is_refused()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(ForApi) { ["ACCESS_TOKEN_AUTHN_ENABLED"] = "false" });

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.AccessToken())).Status);
    }

    private static string Break(FakeProvider provider, string flaw)
    {
        using var foreign = RSA.Create(2048);
        return flaw switch
        {
            "id token of keycloak" => provider.AccessToken(claims => claims["typ"] = "ID"),
            "id token by its nonce" => provider.AccessToken(claims => claims["nonce"] = "n"),
            "id token by its at_hash" => provider.AccessToken(claims => claims["at_hash"] = "h"),
            "logout token" => provider.AccessToken(type: "logout+jwt"),
            "foreign audience" => provider.AccessToken(claims => claims["aud"] = "other"),
            "foreign key" => Jwt.SignRs256(provider.Header(), provider.Claims(TokenMint.Api, null), foreign),
            "hs256 with the client secret" => Jwt.SignHs256(new JsonObject { ["alg"] = "HS256" }, provider.Claims(TokenMint.Api, null), Encoding.UTF8.GetBytes(FakeProvider.ClientSecret)),
            "no exp" => provider.AccessToken(claims => claims.Remove("exp")),
            "dpop" => provider.AccessToken(claims => claims["typ"] = "DPoP"),
            "encryption type" => provider.AccessToken(type: "dpop+jwt"),
            "no user id" => provider.AccessToken(claims => claims.Remove("email")),
            _ => throw new ArgumentOutOfRangeException(nameof(flaw), flaw, null),
        };
    }
}
