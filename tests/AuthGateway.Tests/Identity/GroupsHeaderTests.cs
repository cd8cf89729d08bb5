using System.Text.Json.Nodes;
using AuthGateway.Access;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Identity;

/// <summary>What of the groups travels, and that whatever does not is told: <c>GROUPS_HEADER=none</c>, <c>GROUPS_HEADER_FILTER</c>, commas, too many.</summary>
public class GroupsHeaderTests
{
    private const string Admins = "CN=Admins,OU=Groups,DC=example,DC=org";

    [Theory]
    [InlineData("CN=Admins*", true)]
    [InlineData("""["CN=Admins,OU=Groups,DC=example,DC=org"]""", true)]
    [InlineData(@"CN=Admins\,OU=Groups\,DC=example\,DC=org", true)]
    [InlineData(@"x, CN=Admins\,*", true)]
    [InlineData("""["OU=Groups"]""", false)]
    [InlineData("CN=Admins,OU=Groups,DC=example,DC=org", false)]
    public async Task Group_with_commas_is_seen_by_the_rule_and_the_list_can_spell_it(string list, bool passes)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = list });

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token(rig, Admins));

        Assert.Equal(passes ? 200 : 403, answer.Status);
        if (passes)
        {
            Assert.Equal([""], rig.Upstream.Last.All("kubeflow-groups"));
            Assert.Contains($"kubeflow-groups does not carry the group '{Admins}': it has a comma", rig.Log.Text, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"[{Admins}]", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Repeated_lines_say_what_they_drop()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_FORMAT"] = "repeat" });

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token(rig, Admins))).Status);
        Assert.Equal([""], rig.Upstream.Last.All("kubeflow-groups"));
        Assert.Contains($"does not carry the group '{Admins}'", rig.Log.Text, StringComparison.Ordinal);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token(rig, "a", "b"))).Status);
        Assert.Equal(["a,b"], [string.Join(',', rig.Upstream.Last.All("kubeflow-groups").Select(line => line.Replace(", ", ",", StringComparison.Ordinal)))]);
    }

    [Theory]
    [InlineData(",", "\"a, b,a\"", "a,b")]
    [InlineData("space", "\"a b\"", "a,b")]
    [InlineData(";", "[\"a;b\",\"c\"]", "a;b,c")]
    public async Task Separator_splits_a_claim_that_is_one_text(string separator, string claim, string header)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_CLAIM_SEPARATOR"] = separator });

        await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["groups"] = JsonNode.Parse(claim)));

        Assert.Equal([header], rig.Upstream.Last.All("kubeflow-groups"));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, "none")]
    [InlineData(GatewayMode.ExtAuthz, "none")]
    [InlineData(GatewayMode.InLine, "off")]
    public async Task None_sends_no_groups_and_a_clients_copy_never_passes(GatewayMode door, string none)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string>
        {
            ["GROUPS_HEADER"] = none,
            ["GROUPS_ALLOWLIST"] = "admins",
            ["EXT_AUTHZ_UPSTREAM_HEADERS"] = "kubeflow-userid,kubeflow-groups",
        });

        var answer = await rig.SendAsync("GET", "/app", "kubeflow-groups: forged", "Authorization: Bearer " + Token(rig, "admins"));

        Assert.Equal(200, answer.Status);
        Assert.Empty(door == GatewayMode.InLine ? rig.Upstream.Last.AllFolded("kubeflow-groups") : answer.All("kubeflow-groups"));
        Assert.True(door == GatewayMode.InLine || answer.Header("x-envoy-auth-headers-to-remove")!.Split(',').Contains("kubeflow-groups"));
        Assert.Empty(answer.All("none"));
    }

    [Fact]
    public async Task Filter_chooses_what_travels_and_rules_see_the_rest()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_HEADER_FILTER"] = "kubeflow-*,admins", ["GROUPS_ALLOWLIST"] = "hidden" });

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + Token(rig, "hidden", "kubeflow-a", "admins", "other"))).Status);
        Assert.Equal(["kubeflow-a,admins"], rig.Upstream.Last.All("kubeflow-groups"));
    }

    [Fact]
    public async Task Too_many_groups_for_envoy_are_told_on_a_page_and_in_the_log()
    {
        string[] many = [.. Enumerable.Range(0, 2500).Select(i => $"a-group-of-thirty-six-characters-{i:0000}")];
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        rig.Provider.User = ProviderUser.Alice with { Groups = many };
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);

        Assert.Equal(403, answer.Status);
        Assert.Contains("2500 groups", answer.Text, StringComparison.Ordinal);
        Assert.Contains("GROUPS_HEADER_FILTER", answer.Text, StringComparison.Ordinal);
        Assert.Empty(answer.All("kubeflow-groups"));
        Assert.Contains("alice@example.test is refused: 2500 groups", rig.Log.Text, StringComparison.Ordinal);

        await rig.RestartAsync(settings => settings["GROUPS_HEADER_FILTER"] = "*-0001,*-0002");
        var filtered = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);
        Assert.Equal(200, filtered.Status);
        Assert.Equal(["a-group-of-thirty-six-characters-0001,a-group-of-thirty-six-characters-0002"], filtered.All("kubeflow-groups"));
    }

    private static string Token(GatewayRig rig, params string[] groups) =>
        rig.Provider.IdToken(claims => claims["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]));
}
