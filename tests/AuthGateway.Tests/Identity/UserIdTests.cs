using System.Text.Json.Nodes;
using AuthGateway.Access;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Identity;

/// <summary>Who a person is: <c>USERID_CLAIM</c> as a list, <c>USERID_LOWERCASE</c>, lists, outer blanks, transformers.</summary>
public class UserIdTests
{
    [Fact]
    public async Task First_claim_of_the_list_that_has_a_value_is_the_user_id()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["USERID_CLAIM"] = "email,preferred_username,sub" });

        Assert.Equal("alice@example.test", await UserOfAsync(rig, claims => claims["preferred_username"] = "alice"));
        Assert.Equal("alice", await UserOfAsync(rig, claims => (claims["email"], claims["preferred_username"]) = (null, "alice")));
        Assert.Equal("alice", await UserOfAsync(rig, claims => (claims["email"], claims["preferred_username"]) = (" ", "alice")));
        Assert.Equal("sub-alice", await UserOfAsync(rig, claims => claims.Remove("email")));
    }

    [Fact]
    public async Task Without_any_of_them_the_login_names_all_of_them()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["USERID_CLAIM"] = "upn, mail" });

        var page = (await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/")).Answer;

        Assert.Equal(403, page.Status);
        Assert.Contains("upn, mail", page.Text, StringComparison.Ordinal);
        Assert.Contains("USERID_CLAIM", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["Alice@Example.Test","second@example.test"]""")]
    [InlineData("\" Alice@Example.Test \"")]
    public async Task Value_out_of_a_list_in_small_letters_without_outer_blanks(string email)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["USERID_CLAIM"] = "emails",
            ["USERID_LOWERCASE"] = "true",
            ["USERID_PREFIX"] = "U:",
            ["USERID_TRANSFORMERS"] = """[{"matches":"@example\\.test$","replaces":""}]""",
        });

        Assert.Equal("U:alice", await UserOfAsync(rig, claims => claims["emails"] = JsonNode.Parse(email)));
    }

    [Theory]
    [InlineData(" alice@example.test")]
    [InlineData("alice@example.test \t")]
    [InlineData("\u00a0alice@example.test\u2003")]
    public async Task Outer_blanks_of_the_usual_claim_are_cut_off_at_a_login(string email)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.User = ProviderUser.Alice with { Email = email };

        await (await rig.LogInAsync()).GetAsync(rig.PublicUrl + "/app");

        Assert.Equal("alice@example.test", rig.Upstream.Last.Header("kubeflow-userid"));
    }

    [Fact]
    public async Task Transformer_of_the_field_gives_each_user_his_own_name()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["USERID_TRANSFORMERS"] = """[{"matches":"^(?P<n>[a-z]+)@(example)\\.com$","replaces":"$1-x"}]""",
        });

        Assert.Equal("alice-x", await UserOfAsync(rig, claims => claims["email"] = "alice@example.com"));
        Assert.Equal("bob-x", await UserOfAsync(rig, claims => claims["email"] = "bob@example.com"));
    }

    private static async Task<string?> UserOfAsync(GatewayRig rig, Action<JsonObject> edit)
    {
        var answer = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(edit));
        Assert.True(answer.Status == 200, answer.ToString());
        return rig.Upstream.Last.Header("kubeflow-userid");
    }
}
