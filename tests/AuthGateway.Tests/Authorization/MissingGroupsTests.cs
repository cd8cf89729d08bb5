using System.Text.Json.Nodes;
using AuthGateway.Configuration;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Authorization;

/// <summary>A refusal by <c>GROUPS_ALLOWLIST</c> says why there are no groups, where that can be known.</summary>
public class MissingGroupsTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Page_names_the_group_overage_of_entra_and_its_remedy(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        rig.Provider.EditUserInfo = claims => claims.Remove("groups");
        rig.Provider.EditIdToken = (_, claims) =>
        {
            claims.Remove("groups");
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
            claims["_claim_sources"] = new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = "https://graph.windows.net/x/getMemberObjects" } };
        };

        var page = await PageAsync(rig);

        Assert.Equal(403, page.Status);
        Assert.Contains("_claim_names", page.Text, StringComparison.Ordinal);
        Assert.Contains("GROUPS_CLAIM=roles", page.Text, StringComparison.Ordinal);
        Assert.Contains("_claim_names", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_and_log_name_the_missing_claim_and_the_mapper()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins", ["GROUPS_CLAIM"] = "teams" });

        var page = await PageAsync(rig);

        Assert.Equal(403, page.Status);
        foreach (var text in new[] { page.Text, rig.Log.Text })
        {
            Assert.Contains("has a claim teams (GROUPS_CLAIM)", text, StringComparison.Ordinal);
            Assert.Contains("Group Membership", text, StringComparison.Ordinal);
        }

        Assert.Contains("GROUPS_ALLOWLIST refuses alice@example.test, whose groups are []", rig.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Part_that_could_not_be_read_is_told()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        var token = rig.Provider.IdToken(claims => claims["groups"] = JsonNode.Parse("""["staff",{"id":7}]"""));

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Authorization: Bearer " + token);

        Assert.Equal(403, answer.Status);
        Assert.Contains("[staff]", answer.Text, StringComparison.Ordinal);
        Assert.Contains("an object without a name", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_of_other_groups_read_no_such_sentence()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "none-of-hers" });

        var page = await PageAsync(rig);

        Assert.Equal(403, page.Status);
        Assert.DoesNotContain("GROUPS_CLAIM", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Piece_of_a_distinguished_name_is_named_at_start()
    {
        var read = Read("CN=Admins,OU=Groups,DC=example,DC=org");

        Assert.Contains(read.Warnings, line => line.StartsWith("GROUPS_ALLOWLIST: 'OU=Groups' is a group of its own here", StringComparison.Ordinal));
        Assert.DoesNotContain(Read(@"CN=Admins\,OU=Groups\,DC=example\,DC=org").Warnings, line => line.StartsWith("GROUPS_ALLOWLIST", StringComparison.Ordinal));
        Assert.DoesNotContain(Read("""["CN=Admins,OU=Groups"]""").Warnings, line => line.StartsWith("GROUPS_ALLOWLIST", StringComparison.Ordinal));
        Assert.Equal(["CN=Admins,OU=Groups", "x"], Read("""["CN=Admins,OU=Groups", " x "]""").Options!.Access.GroupsAllowlist);
        Assert.Equal(["[ab]*", "x"], Read("[ab]*, x").Options!.Access.GroupsAllowlist);
    }

    private static SettingsResult Read(string list) => SettingsReader.Read(
        new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "c", ["CLIENT_SECRET"] = "s", ["GROUPS_ALLOWLIST"] = list }, []);

    private static async Task<RawResponse> PageAsync(GatewayRig rig)
    {
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        return await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);
    }
}
