namespace AuthGateway.Tests.Attacks;

public sealed class AttackTests(AttackRig rig) : IClassFixture<AttackRig>
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);

    public static TheoryData<string> Ids => [.. AttackCase.All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Attack_is_answered_as_its_case_demands(string id)
    {
        var attack = AttackCase.All[id];
        var gateway = rig.For(attack);
        var request = await rig.ExpandAsync(gateway, attack.Request);
        var expect = new AttackExpectation(await ExpandedAsync(gateway, attack), gateway);
        var session = await rig.SessionAsync(gateway, ProviderUser.Alice);
        var before = gateway.Upstream.Requests.Count;
        var logged = gateway.Log.Lines.Count;

        using var client = await RawClient.ConnectAsync(gateway.Address, attack.Trusted ? "127.0.0.2" : null);
        await client.SendAsync(request);
        IReadOnlyList<RawResponse> answers = attack.Raw ? await client.ReadAllAsync(Silence) : [(await client.ReadAsync(request.StartsWith("HEAD", StringComparison.Ordinal)))!];
        UpstreamRequest[] reached = [.. gateway.Upstream.Requests.Skip(before)];

        expect.Check(answers, reached);
        if (expect.SessionMustLive)
        {
            Assert.True(await AttackRig.IsAliveAsync(gateway, session), "the session lives");
        }

        await AlwaysAsync(gateway, answers, reached, [.. gateway.Log.Lines.Skip(logged)], session);
    }

    /// <summary>What holds after every case: alive, no 500, no unhandled exception, no secret in the log, at most one identity and never the victim's.</summary>
    private static async Task AlwaysAsync(GatewayRig gateway, IReadOnlyList<RawResponse> answers, UpstreamRequest[] reached, string[] log, string session)
    {
        Assert.Equal(200, (await gateway.ProbeAsync("/healthz")).Status);
        Assert.DoesNotContain(answers, answer => answer.Status == 500);
        Assert.DoesNotContain(log, line => line.Contains("nhandled exception", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains(session, StringComparison.Ordinal) || line.Contains(FakeProvider.ClientSecret, StringComparison.Ordinal));
        Assert.All(reached, request =>
        {
            Assert.InRange(request.AllFolded("kubeflow-userid").Count, 0, 1);
            Assert.DoesNotContain(AttackRig.Victim, request.AllFolded("kubeflow-userid"));
        });
    }

    private async Task<System.Text.Json.Nodes.JsonObject> ExpandedAsync(GatewayRig gateway, AttackCase attack) =>
        System.Text.Json.Nodes.JsonNode.Parse((await rig.ExpandAsync(gateway, attack.Expect.ToJsonString().Replace("{IDP_AUTHORIZE}", System.Text.RegularExpressions.Regex.Escape(gateway.Provider.Issuer + "/authorize").Replace("\\", "\\\\", StringComparison.Ordinal), StringComparison.Ordinal))))!.AsObject();
}
