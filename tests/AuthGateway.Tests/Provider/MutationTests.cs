using System.Globalization;
using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Provider;

/// <summary>
/// A provider whose answers are mutated at random, over one gateway that lives long: metadata and key set (also at the periodic refresh), token, userinfo (signed too),
/// introspection, revocation, pushed requests, logout tokens. The process lives, a healthy session keeps passing, no answer is 500. <c>AUTHGATEWAY_MUTATIONS</c> sets how many (default 1,000), <c>AUTHGATEWAY_MUTATION_SEED</c> the seed.
/// </summary>
public class MutationTests
{
    private static readonly string[] Targets = ["discovery", "jwks", "token", "id_token", "userinfo", "introspect", "opaque userinfo", "logout", "bearer", "refresh", "signed userinfo", "revoke", "par"];

    [Fact]
    public async Task No_mutated_answer_of_the_provider_ends_the_process_a_healthy_session_or_an_answer_of_ours()
    {
        var count = Number("AUTHGATEWAY_MUTATIONS", 1000);
        var random = new Random(Number("AUTHGATEWAY_MUTATION_SEED", 20261129));
        await using var run = await MutationRun.StartAsync(random);
        for (var i = 0; i < count; i++)
        {
            var target = Targets[i % Targets.Length];
            var (status, what) = await run.TryAsync(target);

            Assert.True(status != 500 && status < 600, $"Mutation {i} of {target} is answered {status}: {what}\n{string.Join('\n', run.Rig.Log.Lines.TakeLast(20))}");
            if (i % 20 == 0)
            {
                await run.ExpectHealthyAsync(i);
            }
        }

        await run.ExpectHealthyAsync(count);
        TestContext.Current.SendDiagnosticMessage(run.Figures);
    }

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
