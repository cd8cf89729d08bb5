using System.Text.Json.Serialization;

namespace AuthGateway.Cli;

/// <summary>Output of <c>auth-gateway sessions --json</c>.</summary>
internal sealed record SessionsReport(IReadOnlyList<SessionLine> Sessions)
{
    /// <summary>Number of ended sessions; absent for <c>list</c>.</summary>
    public int? Ended { get; init; }
}

[JsonSerializable(typeof(SessionsReport))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionsJson : JsonSerializerContext;
