using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Attacks;

/// <summary>The expectation of a case, one check per word; a word it does not know fails.</summary>
internal sealed class AttackExpectation(JsonObject expect, GatewayRig gateway)
{
    public bool SessionMustLive => expect.ContainsKey("sessionAliveAfter");

    public void Check(IReadOnlyList<RawResponse> answers, IReadOnlyList<UpstreamRequest> reached)
    {
        foreach (var (word, value) in expect)
        {
            Check(word, value!, answers, reached);
        }
    }

    private void Check(string word, JsonNode value, IReadOnlyList<RawResponse> answers, IReadOnlyList<UpstreamRequest> reached)
    {
        var first = answers.Count > 0 ? answers[0] : null;
        switch (word)
        {
            case "status":
                Assert.True(Numbers(value).Concat(Numbers(expect["orStatus"])).Contains(first?.Status ?? 400), $"{first}");
                break;
            case "orStatus" or "sessionAliveAfter" or "connectionClosed":
                break;
            case "statusNot":
                Assert.DoesNotContain(first?.Status ?? 0, Numbers(value));
                break;
            case "statusNot2xx":
                Assert.False(first?.Status is >= 200 and < 300, $"{first}");
                break;
            case "statuses":
                Assert.Equal(value.AsArray().Count, answers.Count);
                Assert.All(answers.Zip(value.AsArray()), pair => Assert.Contains(pair.First.Status, Numbers(pair.Second)));
                break;
            case "responsesOnConnection":
                Assert.InRange(answers.Count, 0, (int)value);
                break;
            case "mustNotReachUpstream":
                Assert.Empty(reached);
                break;
            case "mustReachUpstream":
                Assert.Single(reached);
                break;
            case "upstreamRawTargetEquals":
                Assert.Equal((string?)value, Assert.Single(reached).Target);
                break;
            case "upstreamMustNotSeeTarget":
                Assert.DoesNotContain(gateway.Upstream.Requests, request => request.Target == (string?)value);
                break;
            case "upstreamHeaderEquals" or "upstreamHeaderEqualsIfReached":
                Assert.True(word.EndsWith("IfReached", StringComparison.Ordinal) || reached.Count > 0);
                Assert.All(reached, request => Assert.All(value.AsObject(), header => Assert.Equal(Texts(header.Value), request.All(header.Key))));
                break;
            case "upstreamHeaderAbsent":
                Assert.All(reached, request => Assert.All(Texts(value), name => Assert.Empty(request.AllFolded(name.TrimStart('~')))));
                break;
            case "upstreamHeaderMustNotContain":
                Assert.All(reached, request => Assert.All(value.AsArray(), rule => Assert.DoesNotContain(Values(request, (string)rule!["name"]!), line => line.Contains((string)rule["value"]!, StringComparison.OrdinalIgnoreCase))));
                break;
            case "upstreamTrailerAbsent":
                Assert.All(reached, request => Assert.DoesNotContain(request.Trailers, line => Texts(value).Any(name => UpstreamRequest.Fold(UpstreamRequest.NameOf(line)) == UpstreamRequest.Fold(name.TrimStart('~')))));
                break;
            default:
                CheckAnswer(word, value, first!);
                break;
        }
    }

    private static void CheckAnswer(string word, JsonNode value, RawResponse answer)
    {
        switch (word)
        {
            case "locationMustMatch":
                Assert.Matches(new Regex((string)value!), answer.Location);
                break;
            case "locationMustContain":
                Assert.Contains((string)value!, answer.Location, StringComparison.OrdinalIgnoreCase);
                break;
            case "locationMustNotContain":
                Assert.DoesNotContain((string)value!, answer.Location ?? "", StringComparison.OrdinalIgnoreCase);
                break;
            case "setCookieMustHave":
                Assert.All(Texts(value), attribute => Assert.All(answer.SetCookies, line => Assert.Contains(attribute, line, StringComparison.OrdinalIgnoreCase)));
                break;
            case "responseHeaderMustContain":
                Assert.All(value.AsObject(), header => Assert.Contains((string)header.Value!, answer.Header(header.Key), StringComparison.Ordinal));
                break;
            case "responseHeaderMustNotContain":
                Assert.All(value.AsObject(), header => Assert.DoesNotContain((string)header.Value!, answer.Header(header.Key) ?? "", StringComparison.Ordinal));
                break;
            case "responseHeaderEquals":
                Assert.All(value.AsObject(), header => Assert.Equal(Texts(header.Value), answer.All(header.Key)));
                break;
            default:
                Assert.Fail("Unknown expectation " + word);
                break;
        }
    }

    private static IReadOnlyList<string> Values(UpstreamRequest request, string name) => name switch
    {
        "*" => request.Lines,
        ['~', .. var folded] => request.AllFolded(folded),
        _ => request.All(name),
    };

    private static IEnumerable<int> Numbers(JsonNode? value) => value is JsonArray array ? array.Select(number => (int)number!) : value is null ? [] : [(int)value];

    private static IReadOnlyList<string> Texts(JsonNode? value) => value is JsonArray array ? [.. array.Select(text => (string)text!)] : [(string)value!];
}
