using CsCheck;

namespace AuthGateway.Tests.Attacks;

/// <summary>No spelling of a managed name that some server folds to it passes.</summary>
public sealed class HeaderNamePropertyTests(AttackRig rig) : IClassFixture<AttackRig>
{
    private static readonly Gen<string> Names = Gen.Select(
        Pick.From("kubeflow-userid", "kubeflow-groups", "auth-method"), Pick.From('-', '_', '.', '~', '!', '|', '+'), Gen.Bool.Array[15],
        (name, separator, upper) => string.Concat(name.Replace('-', separator).Select((c, i) => upper[i % 15] ? char.ToUpperInvariant(c) : c)));

    [Fact]
    public async Task No_spelling_of_a_managed_name_passes()
    {
        var session = await rig.SessionAsync(rig.InLine, ProviderUser.Alice);

        await Names.Array[1, 30].SampleAsync(
            async names =>
            {
                var answer = await rig.InLine.SendAsync("GET", "/app", [$"Cookie: authservice_session={session}", .. names.Select(name => $"{name}: {AttackRig.Victim}")]);

                Assert.Equal(200, answer.Status);
                Assert.Equal(["alice@example.test"], rig.InLine.Upstream.Last.AllFolded("kubeflow-userid"));
                Assert.DoesNotContain(rig.InLine.Upstream.Last.Lines, line => line.Contains(AttackRig.Victim, StringComparison.Ordinal));
            },
            iter: 60,
            threads: 1);
    }
}
