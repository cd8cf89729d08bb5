using System.Text.Json.Nodes;
using AuthGateway.Access;

namespace AuthGateway.Tests.Identity;

/// <summary>What an application reads in a header of <c>CLAIM_HEADERS</c> is what the provider said.</summary>
public class ClaimHeaderTests
{
    [Theory]
    [InlineData("""["user,admin"]""", "")]
    [InlineData("""["user","x,admin","editor"]""", "user,editor")]
    [InlineData("\"R&D, Berlin\"", "R&D, Berlin")]
    [InlineData("""["user",7,null,["admin"]]""", "user,7,admin")]
    [InlineData("{\"admin\" : true}", "{\"admin\":true}")]
    [InlineData("true", "true")]
    [InlineData("4711", "4711")]
    [InlineData("\"a\\r\\nX-Admin: yes\"", "")]
    public async Task Claim_is_one_line_in_which_each_comma_separates_two_entries_of_a_list(string claim, string header)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["CLAIM_HEADERS"] = "roles:X-Roles" });
        rig.Provider.EditIdToken = (_, claims) => claims["roles"] = JsonNode.Parse(claim);
        rig.Provider.EditUserInfo = claims => claims["roles"] = JsonNode.Parse(claim);

        await rig.LogInAsync();

        Assert.Equal([header], rig.Upstream.Last.All("X-Roles"));
        Assert.Empty(rig.Upstream.Last.All("X-Admin"));
    }
}
