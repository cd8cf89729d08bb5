using System.Net;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Provider;
using AuthGateway.Tests.Authentication;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Provider;

/// <summary>A member that is null in the provider's JSON is one that is not there.</summary>
public class NullMemberTests
{
    private static readonly Dictionary<string, string> Demanding = new() { ["EMAIL_VERIFIED_REQUIRED"] = "true", ["GROUPS_CLAIM"] = "realm_access.roles,groups" };

    [Theory]
    [InlineData("email")]
    [InlineData("groups")]
    [InlineData("email_verified")]
    [InlineData("realm_access")]
    [InlineData("realm_access.roles")]
    public async Task Null_in_userinfo_leaves_the_claim_of_the_ID_token_at_login_and_refresh(string claim)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Demanding, prepare: provider =>
        {
            provider.EditIdToken = (_, claims) => claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray("lead") };
            provider.EditUserInfo = claims => (claim == "realm_access.roles" ? claims["realm_access"] = new JsonObject { ["roles"] = null } : claims[claim] = null)?.ToString();
        });
        await rig.GetAsync();
        Assert.Equal(("alice@example.test", "lead,staff,admins"), Seen(rig));

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);

        Assert.Equal(200, await rig.StatusAsync());
        Assert.Equal(("alice@example.test", "lead,staff,admins"), Seen(rig));
    }

    [Theory]
    [InlineData("azp")]
    [InlineData("at_hash")]
    [InlineData("c_hash")]
    [InlineData("events")]
    [InlineData("sid")]
    [InlineData("acr")]
    [InlineData("auth_time")]
    [InlineData("_claim_names")]
    public async Task Null_in_an_ID_token_is_no_flaw(string claim)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) => claims[claim] = null;

        await rig.LogInAsync();
    }

    [Fact]
    public async Task Null_among_the_names_of_distributed_claims_is_no_overage()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "staff" });
        rig.Provider.User = ProviderUser.Alice with { Groups = [] };
        rig.Provider.EditIdToken = (_, claims) => claims["_claim_names"] = new JsonObject { ["groups"] = null };

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain("too many", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bearer_token_with_null_for_its_key_is_not_bound_to_one()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => (claims["cnf"], claims["events"]) = (null, null)));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Names_of_the_claims_are_shown_without_what_could_reorder_them_and_not_all_of_them()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["USERID_CLAIM"] = "upn" });
        rig.Provider.EditUserInfo = claims =>
        {
            claims["\u202eevil\u2028"] = 1;
            claims["a\r\nb" + new string('x', 500)] = 1;
            for (var i = 0; i < 100; i++)
            {
                claims["claim" + i] = i;
            }
        };

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal("claim_missing", answer.ErrorCode);
        Assert.All([WebUtility.HtmlDecode(answer.Text), Assert.Single(rig.Log.Lines, line => line.Contains("A login failed: ", StringComparison.Ordinal))], text =>
        {
            Assert.Matches("Claims received: a\\?\\?bx{116},.* and [0-9]+ more\\.", text);
            Assert.DoesNotContain('\u202e', text);
            Assert.DoesNotContain('\u2028', text);
        });
        Assert.Equal("a?b??c?", LogText.Shown("a\u2028b\u202e\"c\u200f"));
    }

    private static (string? User, string? Groups) Seen(RefreshRig rig) =>
        (rig.Gateway.Upstream.Last.Header("kubeflow-userid"), rig.Gateway.Upstream.Last.Header("kubeflow-groups"));
}
