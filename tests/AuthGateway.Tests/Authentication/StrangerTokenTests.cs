using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthGateway.Authentication.Bearer;

namespace AuthGateway.Tests.Authentication;

/// <summary>What made-up tokens cost the callers of a known issuer: nothing. A limit that was reached is told as one (429), never as a bad token.</summary>
public class StrangerTokenTests
{
    [Fact]
    public async Task Tokens_of_foreign_issuers_spend_nothing_of_the_clusters_callers()
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);

        var answers = await MixAsync(rig, i => cluster.Token(claims => (claims["iss"], claims["jti"]) = ("https://evil.example/" + i, i.ToString(System.Globalization.CultureInfo.InvariantCulture))), cluster);

        Assert.All(answers.Strangers, answer => Assert.Equal(401, answer.Status));
        Assert.All(answers.Callers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(40, cluster.Reviews.Count);
    }

    [Fact]
    public async Task Made_up_tokens_with_the_clusters_issuer_spend_nothing_of_its_callers_either()
    {
        using var cluster = new FakeCluster();
        cluster.AnswerKeys(200);
        cluster.RefusesUnsigned = true;
        await using var rig = await GatewayRig.StartAsync(settings: cluster.Settings);
        using var key = RSA.Create(2048);

        var answers = await MixAsync(rig, i => cluster.Token(claims => claims["jti"] = "made-up-" + i, key), cluster);

        Assert.All(answers.Callers, answer => Assert.Equal(200, answer.Status));
        Assert.All(answers.Strangers, answer => Assert.NotEqual(200, answer.Status));
        Assert.Contains(answers.Strangers, answer => answer.Status == 429);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Spent_budget_is_429_with_a_time_and_no_word_about_the_token(GatewayMode door)
    {
        await using var rig = await OpaqueTokenTests.StartAsync(door: door);
        OpaqueTokens.Install(rig.Provider);
        RawResponse answer;
        var i = 0;
        do
        {
            answer = await rig.SendAsync("GET", "/app", $"Authorization: Bearer garbage-of-a-plausible-length-{i++}");
        }
        while (answer.Status == 401 && i < 200);

        Assert.Equal(429, answer.Status);
        Assert.True(i > UnknownTokenLimiter.Burst);
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.DoesNotContain("invalid_token", answer.Text + answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_token_of_the_provider_needs_no_place_in_opaque_mode()
    {
        await using var rig = await OpaqueTokenTests.StartAsync(new Dictionary<string, string> { ["AUDIENCES"] = TokenMint.Api });
        var tokens = OpaqueTokens.Install(rig.Provider);
        for (var i = 0; i < 2 * UnknownTokenLimiter.Burst; i++)
        {
            await rig.SendAsync("GET", "/app", $"Authorization: Bearer garbage-of-a-plausible-length-{i}");
        }

        var signed = rig.Provider.AccessToken(claims => claims["typ"] = "Bearer");
        tokens.Add(signed);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + signed)).Status);
    }

    /// <summary>40 new good tokens, each behind three of strangers.</summary>
    private static async Task<(List<RawResponse> Callers, List<RawResponse> Strangers)> MixAsync(GatewayRig rig, Func<int, string> made, FakeCluster cluster)
    {
        var (callers, strangers) = (new List<RawResponse>(), new List<RawResponse>());
        for (var i = 0; i < 40; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                strangers.Add(await rig.SendAsync("GET", "/app", "Authorization: Bearer " + made((3 * i) + j)));
            }

            callers.Add(await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token()));
        }

        return (callers, strangers);
    }
}
