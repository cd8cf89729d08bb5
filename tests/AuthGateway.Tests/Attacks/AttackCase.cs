using System.Text.Json;
using System.Text.Json.Nodes;
using AuthGateway.Http;

namespace AuthGateway.Tests.Attacks;

/// <summary>One entry of <c>cases.json</c>: a request byte for byte (with placeholders) and what must hold.</summary>
internal sealed record AttackCase(string Id, string Title, string Mode, bool Trusted, bool Raw, string Request, JsonObject Expect)
{
    private static readonly JsonNode File = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Attacks", "cases.json")))!;

    public static IReadOnlyDictionary<string, AttackCase> All { get; } = File["cases"]!.AsArray()
        .Select(node => node.Deserialize<AttackCase>(JsonSerializerOptions.Web)!).ToDictionary(attack => attack.Id);

    public static IReadOnlyDictionary<string, string> ReturnTargets { get; } =
        File["returnTargets"]!.AsArray().ToDictionary(node => (string)node!["id"]!, node => (string)node!["value"]!);
}
