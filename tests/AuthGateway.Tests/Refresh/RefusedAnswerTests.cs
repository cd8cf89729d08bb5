using System.Text.Json.Nodes;
using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Tests.Refresh;

/// <summary>Of a refresh answer that was refused nothing is used but its refresh token; the session is unconfirmed, under strict validation it ends with its access token.</summary>
public class RefusedAnswerTests
{
    private static readonly Dictionary<string, string> Strict = new() { ["STRICT_SESSION_VALIDATION"] = "true" };

    public static TheoryData<string> Refused => ["another issuer", "foreign signature", "another person's userinfo"];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Access_token_of_a_refused_answer_is_never_shown_to_anybody(string how)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300, SingleUse = true }, Strict);
        var first = AccessTokens(rig).Distinct().Single();
        Spoil(rig, how);
        rig.Clock.Advance(TimeSpan.FromSeconds(275));
        await rig.StatusAsync();
        await rig.LoggedAsync("could not be refreshed");
        var asked = rig.Provider.Count("userinfo");

        await rig.StatusAsync();

        Assert.All(AccessTokens(rig).Skip(how == "another person's userinfo" ? asked : 0), token => Assert.Equal(first, token));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Strict_session_is_over_with_its_access_token_when_every_answer_is_refused(string how)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300, SingleUse = true }, Strict);
        Spoil(rig, how);

        rig.Clock.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Its_refresh_token_is_the_next_one(string how)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        Spoil(rig, how);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        rig.Provider.EditIdToken = (_, _) => { };
        rig.Provider.SignIdToken = null;
        rig.Provider.Faults.Clear();

        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(2);

        Assert.False(rig.Provider.Logins.Last().IsDead);
    }

    [Theory]
    [InlineData("token_type", "\"N_A\"", "token_type is \"N_A\"")]
    [InlineData("token_type", "\"DPoP\"", "token_type is \"DPoP\"")]
    [InlineData("access_token", "null", "no access token")]
    [InlineData("access_token", null, "no access token")]
    [InlineData("error", "\"server_error\"", "is an error")]
    public async Task Refresh_token_of_an_answer_that_cannot_be_used_is_the_next_one(string member, string? value, string sentence)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        rig.Provider.EditTokenResponse = answer => Set(answer, member, value);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        await rig.LoggedAsync(sentence);
        rig.Provider.EditTokenResponse = _ => { };

        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(2);

        Assert.False(rig.Provider.Logins.Last().IsDead);
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Strict_session_is_over_when_every_answer_is_of_another_token_type()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 300, SingleUse = true }, Strict);
        rig.Provider.EditTokenResponse = answer => answer["token_type"] = "DPoP";

        rig.Clock.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Theory]
    [InlineData("token_type", null)]
    [InlineData("token_type", "null")]
    [InlineData("token_type", "\"\"")]
    [InlineData("error", "null")]
    public async Task Null_or_empty_member_is_one_that_was_not_sent(string member, string? value)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        rig.Provider.EditTokenResponse = answer => Set(answer, member, value);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);

        Assert.DoesNotContain("could not be refreshed", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    private static void Set(JsonObject answer, string member, string? value)
    {
        answer.Remove(member);
        if (value is not null)
        {
            answer[member] = JsonNode.Parse(value);
        }
    }

    private static IEnumerable<string> AccessTokens(RefreshRig rig) =>
        rig.Provider.Calls.Where(call => call.Endpoint == "userinfo").Select(call => call.Headers["Authorization"]);

    private static void Spoil(RefreshRig rig, string how)
    {
        switch (how)
        {
            case "another issuer":
                rig.Provider.EditIdToken = (_, claims) => claims["iss"] = "https://other.example.test";
                break;
            case "foreign signature":
                var key = System.Security.Cryptography.RSA.Create(2048);
                rig.Provider.SignIdToken = (header, claims) => Jwt.SignRs256(header, claims, key);
                break;
            default:
                rig.Provider.Faults["userinfo"] = Fault.Answer(200, """{"sub":"somebody-else"}""");
                break;
        }
    }
}
