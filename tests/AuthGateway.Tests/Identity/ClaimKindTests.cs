using System.Text.Json.Nodes;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Identity;

/// <summary>
/// Every kind of JSON that a provider may send × every use of a claim: a rule, the groups header, a claim header, the user id. One reading,
/// several readers: what a header cannot carry still counts for the rule.
/// </summary>
public sealed class ClaimKindTests : IAsyncLifetime
{
    private const string NoUser = "401";
    private GatewayRig _rig = null!;

    public static TheoryData<string, string, string, string, string> Kinds => new()
    {
        // claim | groups that rules see | groups header | claim header | user id
        { "\"one\"", "one", "one", "one", "one" },
        { "\"  one  \"", "one", "one", "one", "one" },
        { "\"\"", "", "", "", NoUser },
        { "\"   \"", "", "", "", NoUser },
        { "\"a,b\"", "a,b", "", "a,b", "a,b" },
        { "7", "7", "7", "7", "7" },
        { "1.50", "1.50", "1.50", "1.50", "1.50" },
        { "true", "true", "true", "true", NoUser },
        { "false", "false", "false", "false", NoUser },
        { "null", "", "", "", NoUser },
        { "[]", "", "", "", NoUser },
        { "[\"x\",\" y \",\"\",\"x\"]", "x|y", "x,y", "x,y", "x" },
        { "[\"x\",7,true,null]", "x|7|true", "x,7,true", "x,7,true", "x" },
        { "[[\"x\",[\"y\"]],\"z\"]", "x|y|z", "x,y,z", "x,y,z", "x" },
        { "[{\"name\":\"x\",\"id\":3},{\"id\":4},{\"name\":null}]", "x", "x", "x", "x" },
        { "[\"CN=Admins,OU=Groups,DC=example,DC=org\",\"y\"]", "CN=Admins,OU=Groups,DC=example,DC=org|y", "y", "y", "CN=Admins,OU=Groups,DC=example,DC=org" },
        { "[\"a\\u0007b\",\"y\"]", "a\u0007b|y", "y", "", NoUser },
        { "{\"admin\":{\"2293\":\"acme\"},\"user\":{}}", "admin|user", "admin,user", "{\"admin\":{\"2293\":\"acme\"},\"user\":{}}", NoUser },
        { "{}", "", "", "{}", NoUser },
    };

    public async ValueTask InitializeAsync() => _rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
    {
        ["USERID_CLAIM"] = "u",
        ["GROUPS_CLAIM"] = "g",
        ["CLAIM_HEADERS"] = "g:X-Claim",
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Claim_of_any_kind_is_read_once_for_rules_and_headers(string json, string rules, string groups, string header, string user)
    {
        var token = _rig.Provider.IdToken(claims => (claims["g"], claims["u"]) = (JsonNode.Parse(json), "ann"));
        Assert.Equal(200, (await _rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
        Assert.Equal([groups], _rig.Upstream.Last.All("kubeflow-groups"));
        Assert.Equal([header], _rig.Upstream.Last.All("X-Claim"));

        var mapped = new AuthGateway.Oidc.Tokens.GroupClaims(new AuthGateway.Configuration.IdentityOptions { StripHeaders = [], GroupsClaims = ["g"] })
            .Read(new AuthGateway.Oidc.Tokens.Claims(null, System.Text.Json.JsonDocument.Parse($$"""{"g":{{json}}}""").RootElement), out _);
        Assert.Equal(rules, string.Join('|', mapped));

        var named = await _rig.SendAsync("GET", "/app", "Authorization: Bearer " + _rig.Provider.IdToken(claims => claims["u"] = JsonNode.Parse(json)));
        Assert.Equal(user, named.Status == 200 ? _rig.Upstream.Last.Header("kubeflow-userid") : named.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Half_a_surrogate_in_userinfo_is_left_out_and_said()
    {
        var value = AuthGateway.Oidc.Tokens.ClaimValue.Read(System.Text.Json.JsonDocument.Parse("""["ok","\ud800"]""").RootElement);

        Assert.Equal(["ok"], value.Entries);
        Assert.Equal("a text that is no Unicode", value.LeftOut);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Control_characters_of_a_group_never_reach_a_header_of_any_format()
    {
        await using var json = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_FORMAT"] = "json" });
        var token = json.Provider.IdToken(claims => claims["groups"] = new JsonArray("a\r\nX-Admin: yes", "CN=A,OU=B"));

        Assert.Equal(200, (await json.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        Assert.Equal(["""["CN=A,OU=B"]"""], json.Upstream.Last.All("kubeflow-groups"));
        Assert.Contains("does not carry the group 'a??X-Admin: yes'", json.Log.Text, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();
}
