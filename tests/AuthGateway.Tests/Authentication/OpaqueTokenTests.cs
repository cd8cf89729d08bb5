using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>Opaque access tokens (<c>ACCESS_TOKEN_AUTHN=opaque</c>): introspection with its audience check, userinfo.</summary>
public class OpaqueTokenTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C64_userinfo_alone_lets_a_token_in_where_there_is_no_introspection(GatewayMode door)
    {
        await using var rig = await StartAsync(door: door, introspection: false);
        var token = OpaqueTokens.Install(rig.Provider).Issue();

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        Assert.Equal(200, answer.Status);
        Assert.Equal("alice@example.test", door == GatewayMode.InLine ? rig.Upstream.Last.Header("kubeflow-userid") : answer.Header("kubeflow-userid"));
        Assert.Equal(0, rig.Provider.Count("introspect"));
        Assert.Contains("offers this client no introspection", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D28_introspection_is_asked_first_with_our_client_credentials()
    {
        await using var rig = await StartAsync();
        var token = OpaqueTokens.Install(rig.Provider).Issue();

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        Assert.Equal(200, answer.Status);
        Assert.Equal("staff,admins", rig.Upstream.Last.Header("kubeflow-groups"));
        var call = rig.Provider.LastCall("introspect");
        Assert.Equal(token, call.Parameters["token"]);
        Assert.StartsWith("Basic ", call.Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain(token, rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aud", "\"other\"", 401)]
    [InlineData("aud", "[\"other\",\"account\"]", 401)]
    [InlineData("aud", "[\"other\",\"api\"]", 200)]
    [InlineData("aud", "\"kubeflow-oidc-authservice\"", 200)]
    [InlineData("aud", null, 401)]
    [InlineData("active", "false", 401)]
    [InlineData("active", "\"true\"", 401)]
    [InlineData("active", null, 401)]
    [InlineData("typ", "\"Refresh\"", 401)]
    [InlineData("typ", "\"ID\"", 401)]
    [InlineData("token_type", "\"refresh_token\"", 401)]
    [InlineData("token_usage", "\"refresh_token\"", 401)]
    [InlineData("cnf", "{\"jkt\":\"x\"}", 401)]
    [InlineData("cnf", "null", 200)]
    [InlineData("iss", "\"https://other.example.test\"", 401)]
    [InlineData("sub", "\"somebody-else\"", 401)]
    [InlineData("exp", "1000", 401)]
    public async Task D28_introspection_decides(string claim, string? value, int status)
    {
        await using var rig = await StartAsync();
        var token = OpaqueTokens.Install(rig.Provider).Issue(answer => Set(answer, claim, value));

        Assert.Equal(status, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        Assert.Equal(status == 200 ? 1 : 0, rig.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData(FakeProvider.ClientId, 200)]
    [InlineData("robot", 401)]
    public async Task Without_any_audience_only_a_token_of_our_own_client_passes(string client, int status)
    {
        await using var rig = await StartAsync();
        var token = OpaqueTokens.Install(rig.Provider).Issue(answer =>
        {
            answer.Remove("aud");
            answer["client_id"] = client;
        });

        Assert.Equal(status, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Robot_without_userinfo_is_who_introspection_says()
    {
        await using var rig = await StartAsync();
        var tokens = OpaqueTokens.Install(rig.Provider);
        var token = tokens.Issue(answer => answer["email"] = "robot@example.test");
        tokens.UserInfos.Clear();

        tokens.UnknownStatus = 401;
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        tokens.UnknownStatus = 403;
        var other = tokens.Issue(answer => answer["email"] = "robot@example.test");
        tokens.UserInfos.Clear();
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + other)).Status);
        Assert.Equal("robot@example.test", rig.Upstream.Last.Header("kubeflow-userid"));
    }

    [Fact]
    public async Task Readable_token_without_introspection_must_still_be_for_us()
    {
        await using var rig = await StartAsync(introspection: false);
        var tokens = OpaqueTokens.Install(rig.Provider);
        string Readable(string audience)
        {
            var token = rig.Provider.AccessToken(claims => (claims["aud"], claims["typ"]) = (audience, "Bearer"));
            tokens.UserInfos[token] = ProviderUser.Alice.Claims();
            return token;
        }

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Readable("other"))).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Readable("api"))).Status);
    }

    [Theory]
    [InlineData("introspect", "500")]
    [InlineData("introspect", "401")]
    [InlineData("introspect", "drop")]
    [InlineData("introspect", "truncate")]
    [InlineData("introspect", "endless")]
    [InlineData("introspect", "html")]
    [InlineData("userinfo", "500")]
    [InlineData("userinfo", "drop")]
    [InlineData("userinfo", "jwt")]
    [InlineData("userinfo", "html")]
    [InlineData("userinfo", "redirect")]
    public async Task Provider_that_does_not_answer_lets_nobody_in(string endpoint, string fault)
    {
        await using var rig = await StartAsync();
        var token = OpaqueTokens.Install(rig.Provider).Issue();
        rig.Provider.Faults[endpoint] = fault switch
        {
            "drop" => Fault.Drop,
            "truncate" => Fault.Truncate,
            "endless" => Fault.Endless,
            "html" => Fault.Answer(200, "<html>", "text/html"),
            "jwt" => Fault.Answer(200, "e30.e30.AA", "application/jwt"),
            "redirect" => Fault.Redirect(rig.Provider.Issuer + "/userinfo"),
            _ => Fault.Answer(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "{}"),
        };

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token);

        Assert.Equal(503, answer.Status);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Fact]
    public async Task D24_session_values_short_garbage_and_foreign_tokens_never_go_to_the_provider()
    {
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        OpaqueTokens.Install(rig.Provider);
        var before = rig.Provider.Calls.Count;
        var dead = Jwt.Encode(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        string[] values = [dead, "garbage", rig.Provider.AccessToken(claims => claims["iss"] = "https://other.example.test"), new string('x', 20) + "€", "two words", rig.Provider.IdToken()];

        foreach (var value in values)
        {
            var status = (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + value)).Status;
            Assert.Equal(value == values[^1] ? 200 : 401, status);
            Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + value, "Cookie: authservice_session=" + session)).Status);
        }

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + session)).Status);
        Assert.Equal(before, rig.Provider.Calls.Count);
    }

    [Fact]
    public async Task Live_session_beside_a_plausible_token_costs_no_call()
    {
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var token = OpaqueTokens.Install(rig.Provider).Issue();
        var before = rig.Provider.Calls.Count;

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token, "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(before, rig.Provider.Calls.Count);
    }

    private static void Set(JsonObject answer, string claim, string? json)
    {
        answer.Remove(claim);
        if (json is not null)
        {
            answer[claim] = JsonNode.Parse(json);
        }
    }

    internal static async Task<GatewayRig> StartAsync(Dictionary<string, string>? more = null, GatewayMode door = GatewayMode.InLine, bool introspection = true, TimeProvider? clock = null)
    {
        var provider = await FakeProvider.StartAsync();
        if (!introspection)
        {
            provider.EditDiscovery = document => document.Remove("introspection_endpoint");
        }

        return await GatewayRig.StartAsync(door, new Dictionary<string, string>(more ?? []) { ["ACCESS_TOKEN_AUTHN"] = "opaque", ["AUDIENCES"] = "api" }, clock, provider);
    }
}
