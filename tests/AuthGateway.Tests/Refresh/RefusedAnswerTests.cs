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
